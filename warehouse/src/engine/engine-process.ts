/**
 * The child process's whole program: becomes a ClickHouse server and ends when its standard input ends.
 * Arguments: the engine's library, its configuration file, its data folder (absolute).
 */
import { DataType, load, open } from 'ffi-rs';

const [library, configFile, dataPath] = process.argv.slice(2);
if (library === undefined || configFile === undefined || dataPath === undefined) {
  throw new Error('usage: engine-process <library> <config.xml> <data folder>');
}

/**
 * The second statement reads until the parent closes the pipe or dies; then the engine shuts down in order.
 * It needs no right to read files: with INFILE the reading is the client's half of the program.
 */
const STATEMENTS =
  "SYSTEM START LISTEN HTTP; INSERT INTO FUNCTION null('line String') FROM INFILE '/dev/stdin' FORMAT LineAsString";

const commandLine = [
  'clickhouse',
  ...['--config-file', configFile],
  ...['--path', dataPath],
  ...['--log-level', 'warning'],
  // These two statements run as `default`, whose limits are a reader's; here, and only here, they are lifted.
  ...['--readonly', '0', '--max_execution_time', '0'],
  ...['--query', STATEMENTS],
];

open({ library: 'engine', path: library });
load({
  library: 'engine',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [commandLine.length, commandLine],
});
