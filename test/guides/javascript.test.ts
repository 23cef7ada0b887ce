import { test } from 'node:test';
import { runGuides } from './run-guides.ts';

// Installs count towards the time on a machine that has none of the packages yet.
const limits = { timeout: 540_000 };

test('the lines that docs/emitters.md shows for JavaScript give the true charges', limits, (context) =>
  runGuides(context, 'javascript'),
);
