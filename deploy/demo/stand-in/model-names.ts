const DATED_NAMES: Readonly<Record<string, string>> = {
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
};

/** The name under which the provider answers: the dated snapshot where the requested name is an alias. */
export function responseModel(requestModel: string): string {
  return DATED_NAMES[requestModel] ?? requestModel;
}
