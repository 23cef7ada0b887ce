// Loaded before the scripts, in JavaScript: an older Node cannot even read TypeScript, so it must be told before.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`This needs Node 22.18 or newer and runs on Node ${process.versions.node}.
Run "npm ci" once: it installs Node 24 into the project, and "npm run ..." and "npm test" then use that one.
To run a file yourself: node_modules/.bin/node <file.ts>`);
  process.exit(1);
}
