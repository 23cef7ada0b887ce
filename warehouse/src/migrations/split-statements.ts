/**
 * What a statement is made of, as far as a semicolon in it matters: comments, quoted texts and names (a quote is escaped
 * by a backslash or by doubling), heredocs, the semicolon itself, and any other character.
 */
const TOKENS =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<quoted>'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`\\]|\\[\s\S]|``)*`|(?<tag>\$\w*\$)[\s\S]*?\k<tag>)|(?<end>;)|[\s\S]/g;

/** Cuts SQL text at the semicolons that end statements; statements of comments alone are left out. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let statement = '';
  let hasContent = false;
  const finish = () => {
    if (hasContent) statements.push(statement.trim());
    statement = '';
    hasContent = false;
  };
  for (const token of text.matchAll(TOKENS)) {
    if (token.groups?.['end'] !== undefined) {
      finish();
      continue;
    }
    statement += token[0];
    hasContent ||= token.groups?.['comment'] === undefined && token[0].trim() !== '';
  }
  finish();
  return statements;
}
