import type { AttributeBag } from '../decode/attribute-bag.ts';
import type { Classification } from '../facts.ts';
import { structural } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { readOwnLineage } from './own-lineage.ts';

const DIALECT = 'plain@1';

/** Spans that speak no dialect: part of the tree, and bearers of lineage. */
export const plain: Dialect = {
  id: DIALECT,
  matches: () => true,
  classify: (attributes: AttributeBag): Classification =>
    structural(DIALECT, 'plain.other', 'other', readOwnLineage(attributes)),
};
