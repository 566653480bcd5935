import type { Argument, Command, Option } from 'commander';
import type { CliCommand } from '../../common/cli.ts';

type Declared = { cli: CliCommand; command: Command };

/** What to offer for a word: names of images or machines, files, or these words. */
function offerOf(name: string, choices: readonly string[] | undefined): string {
  if (choices !== undefined && choices.length > 0) return `words:${choices.join(',')}`;
  if (name.startsWith('image')) return 'images';
  if (/^(machine|host|names?$)/.test(name)) return 'machines';
  if (name === 'interface') return 'interfaces';
  return /file|dir|^config/.test(name) ? 'files' : 'none';
}

/** What to offer after a flag, told by the flag's name: images after `--image`. */
function flagOffer(option: Option): string | undefined {
  if (!option.required && !option.optional) return undefined;
  return offerOf(option.attributeName().toLowerCase(), option.argChoices);
}

const argumentOffer = (argument: Argument) => offerOf(argument.name(), argument.argChoices);

/** True for text that the shell reads as one plain word, with nothing to expand. */
const isWord = (text: string) => /^[A-Za-z0-9,._:-]+$/.test(text);

function commandCase({ cli, command }: Declared): string {
  const flags = command.options.flatMap((option) => option.long ?? []);
  const pairs = command.options.flatMap((option) => {
    const offer = flagOffer(option);
    return option.long == null || offer === undefined ? [] : [`${option.long}=${offer}`];
  });
  const [first] = command.registeredArguments;
  const words = [...flags, '--help', '--root'].filter(isWord).join(' ');
  const values = [...pairs, '--root=files'].filter((pair) => isWord(pair.replace('=', ''))).join(' ');
  return `\t'${cli.name}')\n\t\tflags='${words}' values='${values}' argument='${first ? argumentOffer(first) : 'none'}' ;;\n`;
}

/** The completion for bash(1), made from the declarations. It reads folders of the server and starts no program of ours. */
export function bashCompletion(all: readonly Declared[], classic: ReadonlySet<string>): string {
  const names = all.map(({ cli }) => cli.name);
  const first = [...new Set(names.map((name) => name.split(' ')[0]))].join(' ');
  const families = [...new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0] ?? ''))];
  const second = families.map((family) => {
    const words = names.filter((name) => name.startsWith(`${family} `)).map((name) => name.slice(family.length + 1));
    return `\t${family}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return ;;\n`;
  });
  return `# bash completion for systemimager, made from its declarations.

_systemimager_offer() {
	local lib=\${SYSTEMIMAGER_ROOT:-}/var/lib/systemimager name
	case $1 in
	words:*) COMPREPLY=($(compgen -W "$(tr , ' ' <<<"\${1#words:}")" -- "$2")) ;;
	images)
		# The images themselves are root's to see; their scripts are everybody's.
		COMPREPLY=($(compgen -W "$(command ls "$lib/images" 2>/dev/null; cd "$lib/scripts" 2>/dev/null && for name in *.master; do [ -e "$name" ] && echo "\${name%.master}"; done)" -- "$2"))
		;;
	machines) COMPREPLY=($(compgen -W "$(cd "$lib/scripts" 2>/dev/null && for name in *.sh; do [ -L "$name" ] || [ -e "$name" ] && echo "\${name%.sh}"; done)" -- "$2")) ;;
	interfaces) COMPREPLY=($(compgen -W "$(command ls /sys/class/net)" -- "$2")) ;;
	files) compopt -o default; COMPREPLY=() ;;
	*) COMPREPLY=() ;;
	esac
}

_systemimager() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} at=1 name flags values argument pair
	name=\${COMP_WORDS[0]##*/}
	if [ "$name" = systemimager ]; then
		while [[ \${COMP_WORDS[at]} == -* && at -lt COMP_CWORD ]]; do
			[[ \${COMP_WORDS[at]} == --root ]] && ((at++))
			((at++))
		done
		if ((at >= COMP_CWORD)); then
			COMPREPLY=($(compgen -W '${first} --help --root' -- "$word"))
			return
		fi
		name=\${COMP_WORDS[at]}
		if ((at + 1 == COMP_CWORD)); then
			case $name in
${second.join('').replaceAll(/^/gm, '\t\t').trimEnd()}
			esac
		fi
		case $name in ${families.join(' | ')}) name="$name \${COMP_WORDS[at + 1]}" ;; esac
	fi
	case $name in
${all.map(commandCase).join('')}	*) return ;;
	esac
	# The classic single dash is completed to two.
	[[ $word == -[a-z]* ]] && word=-$word
	[[ $before == -[a-z]* ]] && before=-$before
	for pair in $values; do
		if [[ $before == "\${pair%%=*}" ]]; then
			_systemimager_offer "\${pair#*=}" "$word"
			return
		fi
	done
	if [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$flags" -- "$word"))
		return
	fi
	_systemimager_offer "$argument" "$word"
}

complete -F _systemimager ${['systemimager', ...[...classic].toSorted()].filter(isWord).join(' ')}
`;
}
