/**
 * The child process's whole program: becomes a ClickHouse server and ends when its standard input ends.
 * Arguments: the engine's library, its configuration file, its data folder (absolute).
 */
import { DataType, load, open } from 'ffi-rs';

const [library, configFile, dataPath] = process.argv.slice(2);
if (library === undefined || configFile === undefined || dataPath === undefined) {
  throw new Error('usage: engine-process <library> <config.xml> <data folder>');
}

/** The second statement reads until the parent closes the pipe or dies; then the engine shuts down in order. */
const STATEMENTS = "SYSTEM START LISTEN HTTP; SELECT count() FROM file('/dev/stdin', LineAsString) FORMAT Null";

const commandLine = [
  'clickhouse',
  ...['--config-file', configFile],
  ...['--path', dataPath],
  ...['--log-level', 'warning'],
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
