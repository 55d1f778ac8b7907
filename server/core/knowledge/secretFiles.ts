/**
 * Files that hold credentials, by their names.
 * Source: the manuals of OpenSSH 9, git 2.46, npm 10, Yarn, pip 24, Composer 2, Maven 3.9, AWS CLI 2, Azure CLI, gcloud, kubectl, Docker 28, Terraform 1.9,
 * Vault 1.17, PostgreSQL 16, MySQL 8, GnuPG 1.4, OpenVPN 2.6 and Apache 2.4. Read 2026-11.
 */
export interface SecretFile {
	/** What it is, with its article. */
	readonly title: string;
	/** Matches the path in lower case, from the last folder that matters. */
	readonly pattern: RegExp;
	/** `certain`: it is there for the credential. `likely`: mostly. `maybe`: settings that can hold one. */
	readonly evidence: "certain" | "likely" | "maybe";
	/** Programs that read it during a build; empty where that could be any. */
	readonly readers: readonly string[];
}

const GIT_CLIENTS = ["git", "ssh", "scp", "npm", "yarn", "pnpm", "pip", "pip3", "uv", "go", "cargo", "bundle", "composer"];

/** Every pattern is tried on the whole path; the first that matches says what it is. */
export const SECRET_FILES: readonly SecretFile[] = [
	{
		title: "an SSH private key",
		pattern: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk)$/,
		evidence: "certain",
		readers: GIT_CLIENTS,
	},
	{ title: "a folder of SSH keys", pattern: /(?:^|\/)\.ssh$/, evidence: "likely", readers: GIT_CLIENTS },
	{ title: "a netrc file with passwords", pattern: /(?:^|\/)[._]netrc$/, evidence: "certain", readers: ["curl", ...GIT_CLIENTS] },
	{ title: "git's stored passwords", pattern: /(?:^|\/)\.git-credentials$/, evidence: "certain", readers: GIT_CLIENTS },
	{ title: "a login for PyPI", pattern: /(?:^|\/)\.pypirc$/, evidence: "certain", readers: ["twine", "python", "python3", "poetry"] },
	{ title: "AWS credentials", pattern: /(?:^|\/)\.aws(?:\/credentials)?$/, evidence: "certain", readers: ["aws"] },
	{
		title: "Azure credentials",
		pattern: /(?:^|\/)\.azure(?:\/(?:accesstokens|azureprofile|msal_token_cache)\.(?:json|bin))?$/,
		evidence: "certain",
		readers: ["az"],
	},
	{
		title: "Google Cloud credentials",
		pattern:
			/(?:^|\/)(?:\.config\/gcloud|application_default_credentials\.json|service[-_]?account(?:key)?(?:[-_][\w.-]{0,60})?\.json|gcp[-_]?(?:key|credentials?)\.json|[\w.-]{0,60}firebase-adminsdk[\w.-]{0,60}\.json)$/,
		evidence: "certain",
		readers: ["gcloud", "gsutil", "bq"],
	},
	{
		title: "a login for Kubernetes",
		pattern: /(?:^|\/)(?:\.kube(?:\/config)?|kubeconfig(?:\.ya?ml)?|[\w.-]{1,60}\.kubeconfig)$/,
		evidence: "certain",
		readers: ["kubectl", "helm"],
	},
	{
		title: "logins for registries",
		pattern: /(?:^|\/)\.docker\/config\.json$|(?:^|\/)\.dockercfg$|^\/(?:root|home\/[\w.-]{1,60})\/\.docker$/,
		evidence: "likely",
		readers: [],
	},
	{
		title: "a Terraform state",
		pattern: /(?:^|\/)(?:terraform\.tfstate(?:\.backup)?|[\w.-]{1,60}\.tfstate)$/,
		evidence: "certain",
		readers: ["terraform", "tofu"],
	},
	{ title: "a Vault token", pattern: /(?:^|\/)\.vault-token$/, evidence: "certain", readers: ["vault"] },
	{
		title: "database passwords",
		pattern: /(?:^|\/)\.(?:pgpass|my\.cnf|mylogin\.cnf)$/,
		evidence: "certain",
		readers: ["psql", "pg_dump", "mysql", "mysqldump"],
	},
	{ title: "stored credentials", pattern: /(?:^|\/)credentials\.json$/, evidence: "likely", readers: [] },
	{ title: "GnuPG's private keys", pattern: /(?:^|\/)secring\.gpg$/, evidence: "certain", readers: ["gpg", "gpg1"] },
	{ title: "a VPN profile with its key", pattern: /\.ovpn$/, evidence: "likely", readers: ["openvpn"] },
	{ title: "hashed passwords of a web server", pattern: /(?:^|\/)\.htpasswd$/, evidence: "likely", readers: [] },
	{ title: "a key store", pattern: /\.(?:p12|pfx|jks|keystore)$/, evidence: "likely", readers: [] },
	{
		title: "a private key",
		pattern:
			/(?:^|\/)(?:privkey|private|server[-_.]?key|client[-_.]?key|tls[-_.]?key|key|[\w.-]{1,60}[-_.](?:private[-_.]?)?key|private[-_.][\w.-]{1,60})\.pem$/,
		evidence: "likely",
		readers: [],
	},
	{ title: "a private key", pattern: /\.(?:key|ppk)$/, evidence: "likely", readers: [] },
	{
		title: "an environment file",
		pattern: /(?:^|\/)\.env(?:\.(?:local|prod|production|staging|live|secrets?)(?:\.local)?)?$/,
		evidence: "likely",
		readers: [],
	},
	{ title: "npm's settings", pattern: /(?:^|\/)\.npmrc$/, evidence: "maybe", readers: ["npm", "npx", "yarn", "pnpm"] },
	{ title: "Yarn's settings", pattern: /(?:^|\/)\.yarnrc$/, evidence: "maybe", readers: ["yarn"] },
	{ title: "pip's settings", pattern: /(?:^|\/)(?:pip\.conf|pip\.ini)$/, evidence: "maybe", readers: ["pip", "pip3", "python", "python3"] },
	{ title: "Composer's logins", pattern: /(?:^|\/)auth\.json$/, evidence: "maybe", readers: ["composer"] },
	{
		title: "Maven's settings",
		pattern: /(?:^|\/)settings\.xml$/,
		evidence: "maybe",
		readers: ["mvn", "mvnw", "gradle", "gradlew"],
	},
];

/** Variables that tell a program where its credentials are: whatever the file is called, it is there for them. */
export const CREDENTIAL_FILE_VARIABLES: Readonly<Record<string, SecretFile>> = {
	GOOGLE_APPLICATION_CREDENTIALS: {
		title: "Google Cloud credentials",
		pattern: /\.json$/,
		evidence: "certain",
		readers: ["gcloud", "gsutil", "bq"],
	},
	AWS_SHARED_CREDENTIALS_FILE: { title: "AWS credentials", pattern: /./, evidence: "certain", readers: ["aws"] },
	KUBECONFIG: { title: "a login for Kubernetes", pattern: /./, evidence: "certain", readers: ["kubectl", "helm"] },
	PGPASSFILE: { title: "database passwords", pattern: /./, evidence: "certain", readers: ["psql", "pg_dump"] },
};

/** Paths with one of these are made to be seen: examples, test data, public halves of keys, keys that check signatures. */
export const NO_SECRET =
	/example|sample|template|\.(?:dist|tmpl|tpl|j2)$|dummy|fake|snakeoil|insecure|self-?signed|fixture|testdata|(?:^|[/_.-])tests?(?:[/_.-]|$)|(?:^|[/_.-])(?!(?<=secring\.)gpg$)(?:pub|public|gpg|pgp|asc|apt|yum|rpm|repo|repomd|release|archive|signing|minisign|cosign|trusted|truststore|cacerts|keyring|ca|cert|chain)(?:[/_.-]|$)/;
