/** Loaded into the process of each test file: what keeps a process from ending must be named, not waited for. */
const FILE_DEADLINE_MS = 600_000;

setTimeout(() => {
  const resources = [...new Set(process.getActiveResourcesInfo())].join(', ');
  console.error(`${process.argv[1]} did not end within ${FILE_DEADLINE_MS / 1000} s; still open: ${resources}`);
  process.exit(1);
}, FILE_DEADLINE_MS).unref();
