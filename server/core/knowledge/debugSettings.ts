/**
 * Variables and programs that switch debugging or development on.
 * Source: the manuals of Flask 3, Django 5, Node.js 22, Rails 7, Symfony 7, Laravel 11, ASP.NET Core 8, Xdebug 3, OpenJDK 21,
 * uvicorn, gunicorn and Gin. Read 2026-11.
 */
export interface DebugSetting {
	/** The values that switch it on. */
	readonly on: RegExp;
	/** What the value becomes; undefined where nobody can say. */
	readonly off?: string;
	/** What some values become instead: the other word of the framework that they are from. */
	readonly offFor?: Readonly<Record<string, string>>;
	readonly does: string;
}

const TRUE = /^(?:1|true|yes|on)$/i;
const DEVELOPMENT = /^(?:development|dev|debug)$/i;

export const DEBUG_SETTINGS: Readonly<Record<string, DebugSetting>> = {
	DEBUG: { on: TRUE, off: "false", does: "switches debugging on" },
	APP_DEBUG: { on: TRUE, off: "false", does: "shows errors with their surroundings to visitors" },
	DJANGO_DEBUG: { on: TRUE, off: "false", does: "shows errors with their surroundings to visitors" },
	FLASK_DEBUG: { on: TRUE, off: "0", does: "opens a console to whoever causes an error" },
	FLASK_ENV: { on: DEVELOPMENT, off: "production", does: "opens a console to whoever causes an error" },
	WERKZEUG_DEBUG_PIN: { on: /^off$/i, does: "opens the debugger's console to everybody" },
	NODE_ENV: { on: DEVELOPMENT, off: "production", does: "runs Node.js programs in development mode" },
	RAILS_ENV: { on: DEVELOPMENT, off: "production", does: "runs Rails in development mode" },
	RACK_ENV: { on: DEVELOPMENT, off: "production", does: "runs Rack in development mode" },
	ASPNETCORE_ENVIRONMENT: { on: /^development$/i, off: "Production", does: "shows errors with their surroundings to visitors" },
	DOTNET_ENVIRONMENT: { on: /^development$/i, off: "Production", does: "runs .NET in development mode" },
	// Symfony says `dev` and `prod`, others `development` and `production`.
	APP_ENV: { on: DEVELOPMENT, off: "production", offFor: { dev: "prod" }, does: "runs the application in development mode" },
	GIN_MODE: { on: /^debug$/i, off: "release", does: "runs Gin in debug mode" },
	PYTHONDEVMODE: { on: TRUE, does: "runs Python in development mode" },
	NODE_OPTIONS: { on: /(?:^|\s)--inspect(?:-brk)?(?:=|\s|$)/, does: "opens the debugger's port, which runs any code" },
	XDEBUG_MODE: { on: /(?:^|,)(?:debug|develop|trace|profile)(?:,|$)/, off: "off", does: "loads the debugger with each request" },
	JAVA_TOOL_OPTIONS: { on: /jdwp/, does: "opens the debugger's port, which runs any code" },
	_JAVA_OPTIONS: { on: /jdwp/, does: "opens the debugger's port, which runs any code" },
	JDK_JAVA_OPTIONS: { on: /jdwp/, does: "opens the debugger's port, which runs any code" },
	JAVA_OPTS: { on: /jdwp/, does: "opens the debugger's port, which runs any code" },
	CATALINA_OPTS: { on: /jdwp/, does: "opens the debugger's port, which runs any code" },
};

/** Programs that are for development alone. */
export const DEVELOPMENT_PROGRAMS: ReadonlySet<string> = new Set([
	"nodemon",
	"ts-node-dev",
	"webpack-dev-server",
	"cargo-watch",
	"watchmedo",
]);

/** Words of a command that switch a development mode on, by the program. */
export const DEVELOPMENT_WORDS: readonly { readonly program: RegExp; readonly words: RegExp }[] = [
	{ program: /^(?:uvicorn|gunicorn|hypercorn|daphne|fastapi)$/, words: /^--reload$/ },
	{ program: /^(?:python[0-9.]*|manage\.py|django-admin)$/, words: /^(?:runserver|runserver_plus)$/ },
	{ program: /^flask$/, words: /^--(?:debug(?:ger)?|reload)$/ },
	{ program: /^(?:rails|rackup)$/, words: /^(?:development|-edevelopment|--environment=development)$/ },
	{ program: /^node$/, words: /^--inspect(?:-brk)?(?:=|$)/ },
	{ program: /^(?:java|node)$/, words: /^-(?:agentlib:|Xrun)jdwp/ },
	{ program: /^(?:npm|yarn|pnpm|bun)$/, words: /^(?:dev|start:dev|start:debug|develop|watch|start:watch)$/ },
	{ program: /^(?:next|nuxt|nuxi|astro|vite|fastapi)$/, words: /^dev$/ },
	{ program: /^ng$/, words: /^serve$/ },
	{ program: /^dotnet$/, words: /^watch$/ },
];

/** The debugger of Java, which whatever starts it hands on; without `server=y` it calls one that waits elsewhere. */
export const JAVA_DEBUGGER = /^-(?:agentlib:|Xrun|agentpath:\S{0,200})jdwp\S*\bserver=y\b/;
