import { afterPrefix, groupKey, groupKeyPrefix } from './keys.ts';
import type { Mark, Partition } from './partition.ts';
import type { Store } from './store.ts';
import type { Change } from './writer.ts';

/** A consumer group's durable positions in one topic. */
export type Group = {
  readonly name: string;
  committed(partition: number): Mark;
  /** Moves positions forward; those that are not ahead of the committed ones are left as they are. */
  advance(marks: ReadonlyMap<number, Mark>): Change;
};

/** A group at given positions; `advance` with no marks makes the group itself durable. */
export function createGroup(topicIndex: number, name: string, initial: readonly Mark[]): Group {
  let committed = [...initial];
  let staged = committed;
  return {
    name,
    committed(partition) {
      const mark = committed[partition];
      if (mark === undefined) throw new RangeError(`group ${name}: there is no partition ${partition}`);
      return mark;
    },
    advance: (marks) => ({
      bytes: 0,
      write(store) {
        staged = staged.map((mark, partition) => later(mark, marks.get(partition)));
        void store.put(groupKey(topicIndex, name), Buffer.from(JSON.stringify(staged)));
      },
      publish() {
        committed = staged;
      },
      discard() {
        staged = committed;
      },
    }),
  };
}

/** All groups that ever registered for a topic. */
export function readGroups(store: Store, topicIndex: number): Group[] {
  const prefix = groupKeyPrefix(topicIndex);
  return [...store.getRange({ start: prefix, end: afterPrefix(prefix) })].map(({ key, value }) => {
    const name = Buffer.from(key.subarray(prefix.length)).toString();
    return createGroup(topicIndex, name, JSON.parse(Buffer.from(value).toString()) as Mark[]);
  });
}

/** What every group has committed of a partition; its start when there is no group, for then nothing is. */
export function committedByAll(groups: Iterable<Group>, partition: Partition): Mark {
  let floor: Mark | undefined;
  for (const group of groups) {
    const mark = group.committed(partition.index);
    if (floor === undefined || mark.offset < floor.offset) floor = mark;
  }
  return floor ?? partition.start();
}

function later(mark: Mark, candidate: Mark | undefined): Mark {
  return candidate !== undefined && candidate.offset > mark.offset ? candidate : mark;
}
