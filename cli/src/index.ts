export { CLI_ERRORS } from './errors.ts';
export { main } from './main.ts';
