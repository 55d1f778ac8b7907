/**
 * Programs that answer on a network port, and images that start one.
 * Source: the manuals of the programs, and the images' Dockerfiles. Read 2026-11.
 *
 * - `always`: each call of it serves, whatever else the command says.
 * - `http`: it speaks plain HTTP on whatever port it is told.
 * - `port`: its options name the port.
 * - `files`: it hands files out and runs none of them.
 */
export type ServerTrait = "always" | "http" | "port" | "files";

/** By program, or by module of Python. */
const SERVERS: Readonly<Record<string, readonly ServerTrait[]>> = {
	nginx: ["always", "files"],
	openresty: ["always", "files"],
	caddy: ["always", "port", "files"],
	httpd: ["always", "http", "files"],
	"httpd-foreground": ["always", "http", "files"],
	// Debian's Apache runs PHP, too.
	apache2: ["always", "http"],
	"apache2-foreground": ["always", "http"],
	apache2ctl: ["always", "http"],
	apachectl: ["always", "http"],
	"http-server": ["always", "http", "port"],
	"http.server": ["always", "http", "port"],
	"manage.py": ["port"],
	serve: ["port"],
	gunicorn: ["always", "http", "port"],
	uvicorn: ["always", "http", "port"],
	hypercorn: ["always", "http", "port"],
	daphne: ["always", "http", "port"],
	"waitress-serve": ["always", "http", "port"],
	waitress: ["always", "http", "port"],
	flask: ["http", "port"],
	fastapi: ["http", "port"],
	streamlit: ["http", "port"],
	uwsgi: ["always"],
	puma: ["always", "http", "port"],
	unicorn: ["always", "http"],
	rackup: ["always", "http"],
	rails: ["http", "port"],
	next: ["http"],
	php: ["port"],
	"php-fpm": ["always"],
	"catalina.sh": ["always"],
	"redis-server": ["always"],
	mysqld: ["always"],
	mariadbd: ["always"],
	mongod: ["always"],
	postgres: ["always"],
	memcached: ["always"],
	"rabbitmq-server": ["always"],
	etcd: ["always"],
	traefik: ["always"],
	haproxy: ["always"],
	envoy: ["always"],
	varnishd: ["always"],
	sshd: ["always"],
	named: ["always"],
	lighttpd: ["always"],
	vsftpd: ["always"],
	"nats-server": ["always"],
	prometheus: ["always"],
	"grafana-server": ["always"],
};

/** The subcommands and options with which other programs serve. Source: their manuals, read 2026-11. */
const SERVING_WORDS: Readonly<Record<string, readonly string[]>> = {
	rails: ["server", "s"],
	flask: ["run"],
	fastapi: ["run"],
	streamlit: ["run"],
	next: ["start"],
	"manage.py": ["runserver"],
	artisan: ["serve"],
	php: ["-S"],
	minio: ["server"],
	vault: ["server"],
	consul: ["agent"],
	jupyter: ["lab", "notebook", "server"],
	mkdocs: ["serve"],
	hugo: ["server", "serve"],
};

/** What the files are written in that start a server: one that another interpreter runs has its name by chance. */
const WRITTEN_IN: Readonly<Record<string, readonly string[]>> = {
	python: [
		...["gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve", "waitress", "flask", "fastapi", "streamlit"],
		...["http.server", "manage.py", "jupyter", "mkdocs"],
	],
	php: ["artisan"],
	ruby: ["puma", "unicorn", "rackup", "rails"],
	node: ["http-server", "serve", "next"],
	sh: ["apache2ctl", "apachectl", "httpd-foreground", "apache2-foreground", "catalina.sh", "rabbitmq-server"],
};

/** Whether a server is a file that an interpreter may run: `python gunicorn`, not `python named`. */
export function isServerWrittenFor(server: string, interpreter: string): boolean {
	const language = /sh$/.test(interpreter) ? "sh" : interpreter.replace(/[0-9.]+$/, "").replace("pypy", "python");
	return Object.hasOwn(WRITTEN_IN, language) && WRITTEN_IN[language]?.includes(server) === true;
}

/** Whether a program is a server of a kind. `words`: those behind it, where they count. */
export function isServer(program: string, trait: ServerTrait, words: readonly string[] = []): boolean {
	if (Object.hasOwn(SERVERS, program) && SERVERS[program]?.includes(trait) === true) return true;
	if (trait !== "always" || !Object.hasOwn(SERVING_WORDS, program)) return false;
	return SERVING_WORDS[program]?.some((serving) => words.includes(serving)) === true;
}

/** The folders that web servers publish, by themselves and by custom. */
export const WEB_ROOT = /^\/(?:usr\/share\/(?:nginx|caddy)|usr\/local\/apache2\/htdocs|srv|var\/www)(?:\/|$)|\/html(?:\/|$)/;

/** Images whose own start command is a server, by repository in full: its program. Source: the images' Dockerfiles, as of 2026-11. */
export const SERVER_IMAGES: Readonly<Record<string, string>> = {
	"docker.io/library/nginx": "nginx",
	"docker.io/nginxinc/nginx-unprivileged": "nginx",
	"docker.io/openresty/openresty": "openresty",
	"docker.io/library/httpd": "httpd",
	"docker.io/library/caddy": "caddy",
	"docker.io/library/traefik": "traefik",
	"docker.io/library/haproxy": "haproxy",
	"docker.io/library/tomcat": "Tomcat",
	"docker.io/library/redis": "redis-server",
	"docker.io/valkey/valkey": "valkey-server",
	"docker.io/library/memcached": "memcached",
	"docker.io/library/postgres": "postgres",
	"docker.io/library/mysql": "mysqld",
	"docker.io/library/mariadb": "mariadbd",
	"docker.io/library/mongo": "mongod",
	"docker.io/library/rabbitmq": "rabbitmq-server",
};
