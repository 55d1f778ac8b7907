/**
 * How programs are told not to check certificates.
 * Source: the manuals of curl 8.10, Wget 1.24, pip 24, uv 0.5, Git 2.45, npm 10, Yarn 1 and 4, pnpm 9, yum and dnf 4/5, apt 2.6, RubyGems 3.5,
 * Bundler 2.5, Composer 2.7, conda 24, Go 1.22, Node 22, Python 3.12, the AWS, Azure and Google Cloud CLIs, Docker, Podman, Skopeo, Helm, kubectl,
 * aria2 1.37, Subversion 1.14, Mercurial 6, Maven 3.9. Read 2026-11.
 */

/** An option that turns the check off. */
export interface TlsOption {
	readonly programs: readonly string[];
	readonly names: readonly string[];
	/** The value that does; without it the option alone does. */
	readonly value?: RegExp;
	/** Other options of the programs that take the next word as their value; missing where another table knows them. */
	readonly valueOptions?: readonly string[];
}

const OFF = /^["']?(?:0|false|no|off|none)["']?$/i;
const ON = /^["']?(?:1|true|yes|on)["']?$/i;

/** curl, wget and package managers: their other options stand in their own tables. */
export const TLS_OPTIONS: readonly TlsOption[] = [
	{ programs: ["curl"], names: ["-k", "--insecure"] },
	{ programs: ["wget", "wget2"], names: ["--no-check-certificate"] },
	{ programs: ["wget", "wget2", "aria2c"], names: ["--check-certificate"], value: OFF },
	{ programs: ["pip", "uv"], names: ["--trusted-host", "--allow-insecure-host"] },
	{ programs: ["npm", "yarn", "pnpm"], names: ["--strict-ssl"], value: OFF },
	{ programs: ["npm", "pnpm"], names: ["--no-strict-ssl"] },
	{
		programs: ["yum", "dnf", "microdnf", "tdnf", "yum-config-manager"],
		names: ["--setopt"],
		value: /(?:^|\.)sslverify=["']?(?:0|false|no|off)["']?$/i,
		valueOptions: ["--setopt", "--add-repo", "-c", "--config"],
	},
	{
		programs: ["apt"],
		names: ["-o", "--option"],
		value: /^=?Acquire::https(?:::[\w.-]+)?::Verify-(?:Peer|Host)=["']?(?:0|false|no|off)["']?$/i,
	},
	{
		programs: ["git"],
		names: ["-c"],
		value: /^http(?:\..*)?\.sslVerify=["']?(?:0|false|no|off)["']?$/i,
		valueOptions: ["-C", "-c", "--git-dir", "--work-tree"],
	},
	{ programs: ["aws"], names: ["--no-verify-ssl"], valueOptions: [] },
	{
		programs: ["docker", "podman", "buildah", "skopeo"],
		names: ["--tls-verify", "--src-tls-verify", "--dest-tls-verify"],
		value: OFF,
		valueOptions: [],
	},
	{ programs: ["helm", "kubectl", "oc"], names: ["--insecure-skip-tls-verify", "--insecure-skip-tls-verify-backend"], valueOptions: [] },
	{ programs: ["hg"], names: ["--insecure"], valueOptions: [] },
	{ programs: ["ansible-galaxy"], names: ["--ignore-certs"], valueOptions: [] },
	{ programs: ["http", "https"], names: ["--verify"], value: OFF, valueOptions: [] },
	{
		programs: ["mvn"],
		names: ["-Dmaven.wagon.http.ssl.insecure", "-Dmaven.resolver.transport.http.ssl.insecure"],
		value: ON,
		valueOptions: [],
	},
	{ programs: ["deno"], names: ["--unsafely-ignore-certificate-errors"], valueOptions: [] },
];

/** A variable that turns the check off. */
export interface TlsVariable {
	readonly names: readonly string[];
	/** The values that do; `any`: it is enough that one is there; `set`: an empty one does it, too. */
	readonly values: RegExp | "any" | "set";
}

export const TLS_VARIABLES: readonly TlsVariable[] = [
	{ names: ["NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME", "BUNDLE_SSL_VERIFY_MODE"], values: OFF },
	{
		names: [
			"NPM_CONFIG_STRICT_SSL",
			"npm_config_strict_ssl",
			"YARN_STRICT_SSL",
			"YARN_ENABLE_STRICT_SSL",
			"CONDA_SSL_VERIFY",
			"MAMBA_SSL_VERIFY",
		],
		values: OFF,
	},
	{ names: ["GIT_SSL_NO_VERIFY"], values: "set" },
	{ names: ["PIP_TRUSTED_HOST", "UV_INSECURE_HOST", "GOINSECURE"], values: "any" },
	{ names: ["AZURE_CLI_DISABLE_CONNECTION_VERIFICATION", "HEX_UNSAFE_HTTPS", "HTTPX_INSECURE", "HOMEBREW_CURL_INSECURE"], values: ON },
];

/** Names that applications give such variables: `APP_SSL_VERIFY=false`, `TLS_SKIP_VERIFY=true`. */
export const TLS_VERIFY_NAMES =
	/(?:^|_)(?:(?:SSL|TLS|HTTPS|CERT|CERTIFICATE)_(?:VERIFY|VERIFICATION|VALIDATION|CHECK)|(?:VERIFY|VALIDATE|CHECK)_(?:SSL|TLS|CERTS?|CERTIFICATES?))$/;
export const TLS_SKIP_NAMES =
	/(?:^|_)(?:INSECURE_SKIP_(?:TLS_)?VERIFY|SKIP_(?:TLS|SSL|CERT)_?(?:VERIFY|VERIFICATION|CHECK)|(?:TLS|SSL)_(?:SKIP_VERIFY|INSECURE))$/;
export const TLS_OFF_VALUE = OFF;
export const TLS_ON_VALUE = ON;

/** A command that writes the setting into a configuration: program, then words in order (`*`: any word), the value last. */
export interface TlsCommand {
	readonly program: string;
	readonly words: readonly (string | RegExp)[];
}

const STRICT_SSL = /^strict-ssl$/i;

export const TLS_COMMANDS: readonly TlsCommand[] = [
	...["npm", "pnpm", "yarn"].flatMap((program): readonly TlsCommand[] => [
		{ program, words: ["config", "set", STRICT_SSL, OFF] },
		{ program, words: ["config", "set", /^strict-ssl=(?:0|false|no|off)$/i] },
		{ program, words: ["set", STRICT_SSL, OFF] },
		{ program, words: ["set", /^strict-ssl=(?:0|false|no|off)$/i] },
	]),
	// npm's alias of config; pnpm hands it on.
	...["npm", "pnpm"].flatMap((program): readonly TlsCommand[] => [
		{ program, words: ["c", "set", STRICT_SSL, OFF] },
		{ program, words: ["c", "set", /^strict-ssl=(?:0|false|no|off)$/i] },
	]),
	{ program: "yarn", words: ["config", "set", "enableStrictSsl", OFF] },
	{ program: "git", words: ["config", /^http(?:\..*)?\.sslverify$/i, OFF] },
	{ program: "git", words: ["config", "set", /^http(?:\..*)?\.sslverify$/i, OFF] },
	{ program: "pip", words: ["config", "set", /^(?:global|install|user|site)\.trusted-host$/i, /./] },
	{ program: "pip3", words: ["config", "set", /^(?:global|install|user|site)\.trusted-host$/i, /./] },
	{ program: "composer", words: ["config", "disable-tls", ON] },
	{ program: "bundle", words: ["config", "ssl_verify_mode", "0"] },
	{ program: "bundle", words: ["config", "set", "ssl_verify_mode", "0"] },
	{ program: "go", words: ["env", /^GOINSECURE=./] },
	{ program: "poetry", words: ["config", /^certificates\.[\w.-]+\.cert$/, OFF] },
	{ program: "gcloud", words: ["config", "set", "auth/disable_ssl_validation", ON] },
];

/** conda sets values with an option. */
export const CONDA_PROGRAMS: ReadonlySet<string> = new Set(["conda", "mamba", "micromamba"]);

/** The setting as it stands in configuration files; the first group is the value. Each in one line, linear. */
export const TLS_CONFIGURATION: readonly { readonly pattern: RegExp; readonly off: RegExp; readonly what: string }[] = [
	{ pattern: /\bstrict-ssl["']?[ \t]{0,8}[= ][ \t]{0,8}["']?(\w+)/gi, off: OFF, what: "strict-ssl=false" },
	{ pattern: /\benableStrictSsl["']?:[ \t]{0,8}["']?(\w+)/gi, off: OFF, what: "enableStrictSsl: false" },
	{ pattern: /\bsslverify[ \t]{0,8}=[ \t]{0,8}["']?(\w+)/gi, off: OFF, what: "sslverify=0" },
	{ pattern: /\bAcquire::https(?:::[\w.-]{1,80})?::Verify-(?:Peer|Host)[ \t]{1,8}["'\\]{0,3}(\w+)/gi, off: OFF, what: "Verify-Peer false" },
	{
		pattern: /\bAcquire::https[ \t]{0,8}\{[^}\n]{0,200}?\bVerify-(?:Peer|Host)[ \t]{1,8}["'\\]{0,3}(\w+)/gi,
		off: OFF,
		what: "Verify-Peer false",
	},
	{ pattern: /:ssl_verify_mode:[ \t]{0,8}(\w+)/g, off: /^0$/, what: ":ssl_verify_mode: 0" },
	{ pattern: /\bssl_verify:[ \t]{0,8}(\w+)/gi, off: OFF, what: "ssl_verify: false" },
	{ pattern: /\bcheck_certificate[ \t]{0,8}=[ \t]{0,8}(\w+)/gi, off: OFF, what: "check_certificate=off" },
	{ pattern: /["']disable-tls["'][ \t]{0,8}:[ \t]{0,8}(\w+)/gi, off: ON, what: "disable-tls" },
	{ pattern: /^[ \t]{0,8}trusted-host[ \t]{0,8}=[ \t]{0,8}(\S+)/gim, off: /./, what: "trusted-host" },
];

/** Files of curl in which a line `insecure` or `-k` does it. */
export const CURL_FILES = /(?:^|\/)\.?curlrc$/;
