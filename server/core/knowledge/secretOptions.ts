/**
 * Options that take a credential on the command line.
 * Source: the manuals of MySQL 8, MariaDB 11, sshpass 1.10, Docker 28, Podman 5, Skopeo, ORAS, Helm 3, curl 8.10, Wget 1.24, keytool 21, OpenSSL 3.3, Redis 7, MongoDB
 * shell 2, sqlcmd and bcp 18, twine 6, .NET 9, Shadowsocks (Python, Rust, libev), the Azure CLI, oc and kubectl. Read 2026-11.
 */
export interface SecretOption {
	readonly programs: readonly string[];
	/** Words between the program and the option that have to be there: `login`. */
	readonly subcommand?: string;
	readonly options: readonly string[];
	/** Other options that take the next word as their value. */
	readonly valueOptions: readonly string[];
	/**
	 * `value`: all of it is the credential. `attached`: the same, but only in the same word as the option. `userPassword`: what follows the
	 * first colon. `source`: what follows `pass:`, where `file:` and `env:` name other places. `header`: what follows the scheme in an Authorization header, or the colon of a header that carries a token.
	 */
	readonly form: "value" | "attached" | "userPassword" | "source" | "header";
	/** What a variable with the credential is best called. */
	readonly variable: string;
	/** Its long options mean what they mean everywhere. */
	readonly others?: true;
}

const MYSQL_PROGRAMS = [
	"mysql",
	"mysqldump",
	"mysqladmin",
	"mysqlimport",
	"mysqlcheck",
	"mysqlsh",
	"mariadb",
	"mariadb-dump",
	"mariadb-admin",
];
const MYSQL_VALUES = [
	"-u",
	"-h",
	"-P",
	"-D",
	"-e",
	"-S",
	"--user",
	"--host",
	"--port",
	"--database",
	"--execute",
	"--socket",
	"--protocol",
];

const KEYTOOL: Omit<SecretOption, "subcommand"> = {
	programs: ["keytool"],
	options: ["-storepass", "-keypass", "-srcstorepass", "-deststorepass", "-srckeypass", "-destkeypass"],
	valueOptions: [
		"-alias",
		"-keystore",
		"-dname",
		"-keyalg",
		"-keysize",
		"-validity",
		"-storetype",
		"-srckeystore",
		"-destkeystore",
		"-ext",
	],
	form: "value",
	variable: "KEYSTORE_PASSWORD",
};

export const SECRET_OPTIONS: readonly SecretOption[] = [
	// A store of certificates alone has nothing to hide.
	{ ...KEYTOOL, subcommand: "-genkeypair" },
	{ ...KEYTOOL, subcommand: "-genkey" },
	{ ...KEYTOOL, subcommand: "-importkeystore" },
	{
		programs: ["openssl"],
		options: ["-passin", "-passout", "-pass"],
		valueOptions: ["-in", "-out", "-subj", "-config", "-key", "-keyout", "-inkey", "-name"],
		form: "source",
		variable: "KEY_PASSWORD",
	},
	{ programs: MYSQL_PROGRAMS, options: ["-p", "--password"], valueOptions: MYSQL_VALUES, form: "attached", variable: "MYSQL_PASSWORD" },
	{ programs: ["sshpass"], options: ["-p"], valueOptions: ["-f", "-d", "-P"], form: "value", variable: "SSHPASS" },
	{
		programs: ["docker", "podman", "buildah", "skopeo", "oras", "crane", "helm", "nerdctl"],
		subcommand: "login",
		options: ["-p", "--password"],
		valueOptions: ["-u", "--username", "--config", "--authfile", "--cert-dir", "--registry-config"],
		form: "value",
		variable: "REGISTRY_PASSWORD",
	},
	{
		programs: ["az"],
		subcommand: "login",
		options: ["-p", "--password"],
		valueOptions: ["-u", "-t", "-n"],
		form: "value",
		variable: "AZURE_PASSWORD",
	},
	{
		programs: ["redis-cli"],
		options: ["-a", "--pass"],
		valueOptions: ["-h", "-p", "-n", "-u", "--user"],
		form: "value",
		variable: "REDISCLI_AUTH",
	},
	{
		programs: ["redis-server"],
		options: ["--requirepass", "--masterauth"],
		valueOptions: ["--port", "--bind", "--user"],
		form: "value",
		variable: "REDIS_PASSWORD",
	},
	{
		programs: ["mongo", "mongosh", "mongodump", "mongorestore", "mongoimport"],
		options: ["-p", "--password"],
		valueOptions: ["-u", "--username", "--host", "--port", "--eval", "-h", "-d", "--db", "--authenticationDatabase"],
		form: "value",
		variable: "MONGO_PASSWORD",
	},
	{
		programs: ["ssserver", "sslocal", "ss-server", "ss-local"],
		options: ["-k"],
		valueOptions: ["-s", "-p", "-b", "-l", "-m", "-t", "-c", "-n", "-f", "-i", "-a", "-d", "-U", "--plugin", "--plugin-opts"],
		form: "value",
		variable: "SHADOWSOCKS_PASSWORD",
	},
	{
		programs: ["sqlcmd", "bcp"],
		options: ["-P"],
		valueOptions: ["-S", "-U", "-d", "-Q", "-q", "-i", "-o", "-l", "-t", "-h", "-s", "-w", "-v", "-f", "-e", "-H", "-a", "-r"],
		form: "value",
		variable: "MSSQL_SA_PASSWORD",
	},
	{
		programs: ["helm"],
		subcommand: "repo",
		options: ["--password"],
		valueOptions: ["--username", "--ca-file", "--cert-file", "--key-file", "--repository-config"],
		form: "value",
		variable: "HELM_PASSWORD",
	},
	{
		programs: ["twine"],
		subcommand: "upload",
		options: ["-p", "--password"],
		valueOptions: [
			"-r",
			"--repository",
			"--repository-url",
			"-u",
			"--username",
			"-i",
			"--identity",
			"-c",
			"--comment",
			"--config-file",
			"--cert",
		],
		form: "value",
		variable: "TWINE_PASSWORD",
		others: true,
	},
	{
		programs: ["dotnet"],
		subcommand: "nuget",
		options: ["-p", "--password"],
		valueOptions: ["-u", "--username", "-n", "--name", "-s", "--source", "--configfile", "--valid-authentication-types"],
		form: "value",
		variable: "NUGET_PASSWORD",
		others: true,
	},
	{ programs: ["oc", "kubectl"], options: ["--token"], valueOptions: ["-n", "--server"], form: "value", variable: "KUBE_TOKEN" },
];

/** Options of curl and Wget, by form. Their other options stand in the table of download tools. */
export const HTTP_SECRET_OPTIONS: Readonly<Record<"curl" | "wget", readonly Pick<SecretOption, "options" | "form" | "variable">[]>> = {
	curl: [
		{ options: ["-u", "--user", "-U", "--proxy-user"], form: "userPassword", variable: "HTTP_PASSWORD" },
		{ options: ["-H", "--header", "--proxy-header"], form: "header", variable: "HTTP_TOKEN" },
		{ options: ["--oauth2-bearer", "--pass", "--tlspassword"], form: "value", variable: "HTTP_TOKEN" },
	],
	wget: [
		{ options: ["--password", "--http-password", "--ftp-password", "--proxy-password"], form: "value", variable: "HTTP_PASSWORD" },
		{ options: ["--header"], form: "header", variable: "HTTP_TOKEN" },
	],
};

/** Long options that hold a password in whatever program has them. */
export const PASSWORD_OPTIONS: ReadonlySet<string> = new Set([
	"--password",
	"--passwd",
	"--passphrase",
	"--admin-password",
	"--db-password",
]);

/** Long options that hold a generated key in whatever program has them. */
export const TOKEN_OPTIONS: ReadonlySet<string> = new Set([
	"--token",
	"--api-key",
	"--apikey",
	"--api-token",
	"--auth-token",
	"--access-token",
	"--access-key",
	"--secret",
	"--secret-key",
	"--secret-access-key",
	"--client-secret",
	"--license-key",
	"--private-token",
]);

/** Programs whose password options create an account of the image instead of opening one elsewhere: rules about users look at them. */
export const PASSWORD_PROGRAMS: ReadonlySet<string> = new Set(["useradd", "usermod", "adduser", "passwd", "chpasswd", "echo", "printf"]);

/** Headers that carry a token as they are. */
export const TOKEN_HEADERS: ReadonlySet<string> = new Set([
	"private-token",
	"job-token",
	"deploy-token",
	"x-api-key",
	"x-jfrog-art-api",
	"api-key",
	"apikey",
	"x-auth-token",
	"x-vault-token",
	"circle-token",
]);
