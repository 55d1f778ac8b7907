/**
 * Programs that run what their words name: interpreters a file, a module or a text, launchers another program.
 * Source: the manuals of CPython 3.13, OpenJDK 21, Node.js 22, Ruby 3.3, Perl 5.40, PHP 8.4 and bash 5.2, and of the launchers. Read 2026-11.
 */
export interface Interpreter {
	readonly program: RegExp;
	/** Options whose value names what runs, where it is not the first word that is no option: a module, an archive. */
	readonly named: readonly string[];
	/** Options with which a text runs: their value, or what comes in. */
	readonly text: readonly string[];
	/** Others that take the next word as their value. */
	readonly valueOptions: readonly string[];
	/** Whether `-ab` is `-a -b`. */
	readonly bundles: boolean;
}

export const INTERPRETERS: readonly Interpreter[] = [
	{ program: /^(?:python|pypy)[0-9.]*$/, named: ["-m"], text: ["-c"], valueOptions: ["-W", "-X"], bundles: true },
	{
		program: /^java$/,
		named: ["-jar", "-m", "--module"],
		text: [],
		valueOptions: ["-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens", "--add-exports"],
		bundles: false,
	},
	{
		program: /^node$/,
		named: [],
		text: ["-e", "--eval", "-p", "--print", "-pe", "--run"],
		valueOptions: ["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"],
		bundles: false,
	},
	{ program: /^ruby$/, named: [], text: ["-e"], valueOptions: ["-r", "-I", "-C", "-E"], bundles: true },
	{ program: /^perl$/, named: [], text: ["-e", "-E"], valueOptions: ["-I"], bundles: true },
	{
		program: /^php$/,
		named: ["-f", "--file"],
		text: ["-r", "--run", "-R", "-B", "-E"],
		valueOptions: ["-c", "-d", "-z", "-S", "-t"],
		bundles: true,
	},
	{
		program: /^(?:ba|da|a|k|z)?sh$/,
		named: [],
		text: ["-c", "-s"],
		valueOptions: ["-o", "+o", "-O", "+O", "--rcfile", "--init-file"],
		bundles: true,
	},
];

/** Programs that run another one, by the subcommand with which they do; of those with `undefined` the first word is the program. */
export const LAUNCHERS: Readonly<Record<string, string | undefined>> = {
	npx: undefined,
	pnpx: undefined,
	bunx: undefined,
	yarn: undefined,
	pnpm: undefined,
	npm: "exec",
	poetry: "run",
	pipenv: "run",
	pdm: "run",
	uv: "run",
	bundle: "exec",
	bundler: "exec",
};

/** Programs that run the scripts of package.json by their names. */
export const SCRIPT_RUNNERS: ReadonlySet<string> = new Set(["npm", "yarn", "pnpm", "npx", "bun"]);

/** The same, with what runs programs of packages alone: their settings may name any variable. */
export const PACKAGE_RUNNERS: ReadonlySet<string> = new Set([...SCRIPT_RUNNERS, "pnpx", "bunx"]);

/** Rails, and servers that start applications of Rails among others. Source: their manuals. */
export const RAILS_PROGRAMS: ReadonlySet<string> = new Set([
	"rails",
	"puma",
	"unicorn",
	"unicorn_rails",
	"rackup",
	"thin",
	"passenger",
	"falcon",
	"sidekiq",
	"resque",
	"good_job",
]);
