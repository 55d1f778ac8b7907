/**
 * Commands that run another command given to them as arguments or as a script.
 * Source: the manual pages of sudo 1.9, coreutils 9, util-linux 2.39, findutils 4.9, bash 5.2, busybox 1.36, gosu, su-exec, s6, tini,
 * fakeroot 1.31, xvfb-run 21.1, ssh-agent of OpenSSH 9, and of conda 24, micromamba 2, Poetry 1.8, Pipenv 2024 and uv 0.5 on `run`. Read 2026-11.
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
	/** The first word, with which alone it runs something: `run` of `conda`. */
	readonly subcommand?: string;
	/** The word behind which the command stands: `--` of `scl enable X --`. Without it the last word is a script. */
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

const CONDA_RUN: Wrapper = {
	subcommand: "run",
	valueOptions: ["-n", "--name", "-p", "--prefix", "--cwd", "-r", "--root-prefix", "-a", "--attach", "-e", "--env", "--label"],
};

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
	scl: { subcommand: "enable", separator: "--" },
	"ssh-agent": { valueOptions: ["-a", "-E", "-O", "-P", "-t"] },
	fakeroot: { valueOptions: ["-l", "--lib", "--faked", "-i", "-s", "-b"] },
	"xvfb-run": {
		valueOptions: [
			"-e",
			"--error-file",
			"-f",
			"--auth-file",
			"-n",
			"--server-num",
			"-p",
			"--xauth-protocol",
			"-s",
			"--server-args",
			"-w",
			"--wait",
		],
	},
	flock: { operands: 1, valueOptions: ["-w", "--wait", "--timeout", "-E", "--conflict-exit-code"] },
	taskset: { operands: 1, queryOptions: ["-p", "--pid"] },
	chrt: { operands: 1, valueOptions: ["-T", "-P", "-D"], queryOptions: ["-p", "--pid", "-m", "--max"] },
	unshare: { valueOptions: ["-R", "--root", "-w", "--wd", "-S", "--setuid", "-G", "--setgid", "--propagation", "--setgroups"] },
	conda: CONDA_RUN,
	mamba: CONDA_RUN,
	micromamba: CONDA_RUN,
	poetry: { subcommand: "run" },
	pipenv: { subcommand: "run" },
	uv: {
		subcommand: "run",
		valueOptions: [
			"-p",
			"--python",
			"-w",
			"--with",
			"--with-editable",
			"--with-requirements",
			"--extra",
			"--group",
			"--no-group",
			"--only-group",
			"--package",
			"--project",
			"--directory",
			"--env-file",
			"--index",
			"--default-index",
			"-i",
			"--index-url",
			"--extra-index-url",
			"-f",
			"--find-links",
			"-P",
			"--upgrade-package",
			"--cache-dir",
		],
		queryOptions: ["-m", "--module", "-s", "--script", "--gui-script"],
	},
	sh: SHELL,
	bash: SHELL,
	dash: SHELL,
	ash: SHELL,
	ksh: SHELL,
	zsh: SHELL,
};

/** Programs that read a POSIX script. */
export const POSIX_SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "ksh", "zsh"]);

/** What starts a shell of its own for a script that it is handed. */
export const SHELL_STARTERS: ReadonlySet<string> = new Set([...POSIX_SHELLS, "su", "runuser", "scl"]);
