#!/usr/bin/env node
// Plain JavaScript without new syntax, so that an old Node can say what it lacks.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Spanledger needs Node 22.18 or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Inside the repository use "npm start", "npm run spanledger -- <command>" or "npx spanledger <command>": they run the Node that npm ci installed.',
  );
  process.exit(1);
}
const { main } = await import('../src/main.ts');
process.exitCode = await main(process.argv.slice(2));
