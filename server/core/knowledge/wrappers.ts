/**
 * Commands that run another command given to them as arguments or as a script.
 * Source: the manual pages of sudo 1.9, coreutils 9, util-linux 2.39, findutils 4.9, bash 5.2, busybox 1.36, gosu, su-exec, s6, tini. Read 2026-11.
 */
export interface Wrapper {
	/** Options that take the next word as their value. Short ones are matched inside bundles, at their end. */
	readonly valueOptions?: readonly string[];
	/** Words between the options and the command, for example the duration of `timeout`. */
	readonly operands?: number;
	/** Whether `NAME=value` may stand before the command. */
	readonly assignments?: boolean;
	/** The option whose value is a script: `-c` of `sh`. */
	readonly scriptOption?: string;
	/** Whether other words may stand before the script option: the user of `su`. */
	readonly operandsBeforeScript?: boolean;
	/** Without a script the words are a command only when this option is there: `-u` of `runuser`. */
	readonly runsWordsWith?: string;
	/** With one of these options nothing is run: `command -v`. */
	readonly queryOptions?: readonly string[];
	/** The words from this option on, up to `;` or `+`, are a command: `find -exec`. */
	readonly commandOptions?: readonly string[];
	/** The words are joined and read as a script: `eval`. */
	readonly joinsWords?: boolean;
	/** The command runs only after this word: `--` of `scl enable X --`. */
	readonly separator?: string;
}

/**
 * Scripts that stand where SHELL names a shell, and the words that they hand over to.
 * Source: _dockerfile_shell.sh of mamba-org/micromamba-docker.
 */
export const SHELL_SCRIPTS: Readonly<Record<string, readonly string[]>> = {
	"/usr/local/bin/_dockerfile_shell.sh": ["bash", "-o", "pipefail", "-c"],
};

const SHELL: Wrapper = { scriptOption: "c", valueOptions: ["-o", "+o", "-O", "--rcfile", "--init-file"] };

export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
	sudo: {
		valueOptions: ["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group", "--host", "--prompt"],
		assignments: true,
		queryOptions: ["-l", "-v", "-k", "-K", "-V", "--list", "--validate", "--version"],
	},
	doas: { valueOptions: ["-u", "-C"] },
	env: { valueOptions: ["-u", "-C", "--unset", "--chdir"], assignments: true },
	exec: { valueOptions: ["-a"] },
	command: { queryOptions: ["-v", "-V"] },
	builtin: {},
	time: { valueOptions: ["-f", "-o"] },
	nice: { valueOptions: ["-n", "--adjustment"] },
	ionice: { valueOptions: ["-c", "-n", "-p"] },
	nohup: {},
	setsid: {},
	stdbuf: { valueOptions: ["-i", "-o", "-e"] },
	unbuffer: {},
	chronic: {},
	eatmydata: {},
	timeout: { valueOptions: ["-k", "-s", "--kill-after", "--signal"], operands: 1 },
	xargs: { valueOptions: ["-I", "-n", "-P", "-d", "-L", "-s", "-a", "-E", "-i", "--replace", "--max-args", "--max-procs", "--delimiter"] },
	find: { commandOptions: ["-exec", "-execdir", "-ok", "-okdir"] },
	gosu: { operands: 1 },
	"su-exec": { operands: 1 },
	"s6-setuidgid": { operands: 1 },
	setpriv: { valueOptions: ["--reuid", "--regid", "--groups", "--inh-caps", "--bounding-set"] },
	runuser: {
		scriptOption: "c",
		operandsBeforeScript: true,
		runsWordsWith: "-u",
		valueOptions: ["-u", "-g", "-G", "-s", "--user", "--group", "--shell"],
	},
	chroot: { operands: 1 },
	su: { scriptOption: "c", operandsBeforeScript: true, valueOptions: ["-s", "--shell", "-g", "--group", "-G"] },
	tini: { valueOptions: ["-p", "-e"] },
	"dumb-init": { valueOptions: ["-r", "--rewrite"] },
	busybox: {},
	linux32: {},
	linux64: {},
	setarch: { operands: 1 },
	eval: { joinsWords: true },
	scl: { separator: "--" },
	sh: SHELL,
	bash: SHELL,
	dash: SHELL,
	ash: SHELL,
	ksh: SHELL,
	zsh: SHELL,
};

/** Programs that read a POSIX script. */
export const POSIX_SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "ksh", "zsh"]);
