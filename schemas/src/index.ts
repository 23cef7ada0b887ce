export {
  CONFIG_FILE_VARIABLE,
  type Config,
  type ConfiguredKey,
  environmentName,
  LATER_SETTINGS,
  SETTINGS,
  type Setting,
  type SettingKind,
  type SettingName,
  settingEntries,
} from './config.ts';
export { isCurrency } from './currency.ts';
export { type ErrorDefinition, errorFactory, SpanledgerError } from './errors.ts';
export { MAX_QUANTITY, METERS, type Meter, type MeterCategory, type MeterUnit } from './meters.ts';
export {
  costOf,
  divideHalfEven,
  formatPicodollars,
  formatScaled,
  type Picodollars,
  parsePicodollars,
  parseScaled,
  QUANTITY_ONE,
  QUANTITY_SCALE,
  type UnitPrice,
  ZERO_PICODOLLARS,
} from './money.ts';
export { nearestName } from './nearest-name.ts';
export { type HostOwner, type HostRole, hostOwner } from './provider-hosts.ts';
export { canonicalProvider } from './providers.ts';
export { TOPICS, type TopicName } from './topics.ts';
