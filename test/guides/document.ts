import { type Language, type NamedGuide, readGuides } from './read-guides.ts';

const LANGUAGES: readonly Language[] = ['javascript', 'python'];
/** A comment that names a file, and the code block beneath it. */
const QUOTE = /(<!-- from (\S+) -->\n+```\w+\n)[\s\S]*?```/g;
const GUIDE = /<!-- guide (\S+) -->/;

/** docs/emitters.md as the guides want it: their files quoted, their packages installed, their command, what they do not tell. */
export async function writtenDocument(text: string, readFile: (path: string) => string): Promise<string> {
  const guides = (await Promise.all(LANGUAGES.map(readGuides))).flat();
  const quoted = text.replaceAll(QUOTE, (_, opening: string, path: string) => `${opening}${readFile(path)}\`\`\``);
  return quoted
    .split(/^(?=###? )/m)
    .map((section) => {
      const name = GUIDE.exec(section)?.[1];
      const guide = guides.find((one) => `${one.language}/${one.name}` === name);
      return guide === undefined ? section : writtenSection(section, guide);
    })
    .join('');
}

/** Of each line the first: a section says in words what else there is. */
function writtenSection(section: string, guide: NamedGuide): string {
  const [install, joint, program] = guide.language === 'javascript' ? ['npm', '@', 'node'] : ['pip', '==', 'python'];
  const packages = Object.entries(guide.packages).map(([name, version]) => `${name}${joint}${version}`);
  const untold = guide.cannotTell.length === 0 ? 'nothing is missing' : guide.cannotTell.join(', ');
  return section
    .replace(/^ {4}(npm|pip) install.*$/m, `    ${install} install ${packages.join(' ')}`)
    .replace(/^ {4}(node|python) .*$/m, `    ${program} ${guide.command.join(' ')}`)
    .replace(/^Not told: [^.]*\./m, `Not told: ${untold}.`);
}
