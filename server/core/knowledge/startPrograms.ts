/**
 * What programs that containers start with do with the user.
 * Source: the manual pages of gosu, su-exec, util-linux 2.39, s6 2.12, runit 2.1, sudo 1.9, coreutils 9 and of the daemons. Read 2026-11.
 */

/** Programs that run another one as another user. With a list: only with one of these options. */
export const PRIVILEGE_DROPPERS: Readonly<Record<string, readonly string[] | undefined>> = {
	gosu: undefined,
	"su-exec": undefined,
	"s6-setuidgid": undefined,
	"s6-applyuidgid": undefined,
	setuidgid: undefined,
	su: undefined,
	runuser: undefined,
	setpriv: ["--reuid", "--regid"],
	chroot: ["--userspec"],
	chpst: ["-u", "-U"],
	sudo: ["-u", "--user"],
	capsh: ["--user", "--uid"],
	"start-stop-daemon": ["-c", "--chuid"],
	"drop-privileges": undefined,
};

/** Programs that cannot do their work as another user than root. */
export const NEEDS_ROOT: ReadonlySet<string> = new Set([
	"init",
	// The image's own init of phusion/baseimage, and that of Oracle's database images, which starts systemd.
	"my_init",
	"initsh",
	"oracleinit",
	"systemd",
	"sshd",
	"dockerd",
	"containerd",
	"dockerd-entrypoint.sh",
	// Docker in Docker: the wrapper of Moby's own repository, which many have copied.
	"dind",
	"cron",
	"crond",
	"s6-svscan",
	"runsvdir",
	"runit",
	"smbd",
	"openvpn",
	"keepalived",
	"tailscaled",
	"wg-quick",
	"tincd",
	"charon",
	"ipsec",
	"pppd",
	"rpcbind",
	"kubelet",
]);

/** Daemons that start as root and run their workers as a user of their own configuration. */
export const SWITCHES_USER_ITSELF: ReadonlySet<string> = new Set([
	"nginx",
	"openresty",
	"httpd",
	"httpd-foreground",
	"apache2",
	"apache2ctl",
	"apachectl",
	"apache2-foreground",
	"php-fpm",
	"supervisord",
	"postfix",
	"dovecot",
	"named",
	"unbound",
	"squid",
	"haproxy",
	"varnishd",
	"mysqld",
	"mysqld_safe",
	"mariadbd",
	"vsftpd",
	"proftpd",
	"pure-ftpd",
	"slapd",
	"dnsmasq",
	"ntpd",
	"chronyd",
	"rsyslogd",
	"rsync",
	"xinetd",
	"service",
	"uwsgi",
	"tor",
	"privoxy",
	"asterisk",
	"monit",
]);

/** What has to be among the words of those that do other things, too; an empty one stands for what a variable hides. */
export const SERVES_WITH: Readonly<Record<string, RegExp>> = {
	rsync: /^--daemon$/,
	service: /^(?:|(?:re|force-re)?start|(?:force-)?reload|--full-restart)$/,
};

/**
 * Servers that distributions install with a user of their own, whom alone the folders for their data and logs belong to, and often the settings:
 * the packages that do. Source: the packages of Debian, Fedora and Alpine.
 */
export const SERVERS_WITH_OWN_USER: Readonly<Record<string, RegExp>> = {
	...{ "redis-server": /^(?:redis|valkey)(?!-tools)/, "redis-sentinel": /^(?:redis|valkey)(?!-tools)/ },
	...{ "valkey-server": /^valkey/, "valkey-sentinel": /^valkey/ },
	"rabbitmq-server": /^rabbitmq-server/,
	postgres: /^postgresql(?!-client)/,
	mongod: /^mongodb/,
	mosquitto: /^mosquitto(?!-clients)/,
	lighttpd: /^lighttpd/,
};

/** Packages of programs that change the network or its filters, for which nobody but root has the rights. */
export const NETWORK_PACKAGES =
	/^(?:iptables|nftables|openvpn|wireguard(?:-tools|-go)?|keepalived|tinc|tailscale|strongswan|libreswan|ppp|pptpd|xl2tpd|fail2ban)$/;

/** Programs of Windows that nobody but its administrators may run, in lower case. Source: the documentation of microsoft/IIS.ServiceMonitor, which starts and stops services. */
export const NEEDS_ADMINISTRATOR: ReadonlySet<string> = new Set(["servicemonitor.exe"]);

/** Servers of Python applications, which are told a module and what to take from it as `module:name`. */
export const MODULE_SERVERS: ReadonlySet<string> = new Set(["gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress-serve"]);

/** Those of them whose images let everybody write to their folders, or that write to none: they work as whoever starts them. */
export const WORKS_AS_ANYBODY: ReadonlySet<string> = new Set(["apache2-foreground", "uwsgi"]);

/** Calls for which nobody but root has the rights, by program: one of these words has to be among theirs; all calls where it says undefined. */
export const ROOT_CALLS: Readonly<Record<string, RegExp | undefined>> = {
	...{ iptables: undefined, ip6tables: undefined, "iptables-restore": undefined, "ip6tables-restore": undefined, nft: undefined },
	...{ modprobe: undefined, insmod: undefined, "fail2ban-server": undefined },
	...{ useradd: undefined, adduser: undefined, usermod: undefined, groupadd: undefined, addgroup: undefined, groupmod: undefined },
	// Without a word they show what is there.
	...{ mount: /^[^-]/, umount: /^[^-]/ },
	...{ tc: /^(?:add|del|delete|change|replace)$/, ip: /^(?:add|del|delete|set|change|replace|flush)$/ },
	...{ sysctl: /^-(?:w|p|-write|-load|-system)$|=/ },
};

/** Tools that keep caches and settings in the home of who calls them. Source: their manuals. */
export const WRITES_TO_HOME: ReadonlySet<string> = new Set([
	...["go", "cargo", "mvn", "mvnw", "gradle", "gradlew", "sbt", "stack", "cabal", "mix", "rebar3", "bazel", "swift"],
	...["npm", "npx", "yarn", "pnpm", "corepack", "uv", "poetry", "pipenv"],
	...[
		"bazelisk",
		"lein",
		"clojure",
		"clj",
		"mill",
		"scala-cli",
		"dart",
		"flutter",
		"julia",
		"opam",
		"nimble",
		"zig",
		"rustup",
		"golangci-lint",
	],
	...["bun", "bunx", "deno", "pipx", "pdm", "hatch", "conan", "conda", "mamba", "pre-commit", "tox", "nox"],
	...["ansible", "ansible-playbook", "ansible-galaxy", "ansible-runner", "pulumi", "vagrant", "packer", "terraform", "tofu", "terragrunt"],
	...["tflint", "aws", "cdk", "sam", "az", "gcloud", "gsutil", "gh", "glab", "docker", "kubectl", "helm", "helmfile", "argocd", "k9s"],
	...["serverless", "sls", "wrangler", "vercel", "netlify", "firebase", "expo", "playwright", "cypress", "semgrep", "sonar-scanner"],
	...[
		"trivy",
		"grype",
		"snyk",
		"renovate",
		"rclone",
		"mc",
		"ollama",
		"wine",
		"soffice",
		"libreoffice",
		"svn",
		"gpg",
		"claude",
		"codex",
		"gemini",
	],
	...["jupyter", "jupyter-lab", "jupyter-notebook", "jupyterhub", "ipython", "code-server", "jshell"],
]);

/** Programs by whose names scripts call what they do, too, and the packages that bring them. */
export const AMBIGUOUS_PROGRAMS: Readonly<Record<string, RegExp>> = {
	init: /^(?:systemd|sysvinit|openrc|runit|busybox)/,
	cron: /^(?:cron|anacron|busybox)/,
	runit: /^runit/,
	service: /^(?:init-system-helpers|sysvinit|initscripts|openrc)/,
	named: /^bind/,
	nginx: /^nginx/,
	apache2: /^apache2/,
	openvpn: /^openvpn/,
	postfix: /^postfix/,
	unbound: /^unbound/,
	squid: /^squid/,
	tor: /^tor$/,
	monit: /^monit/,
};
