/**
 * Words in the names of variables that hold credentials, and those that only seem to.
 * Source: the names that the tools themselves document (npm, pip, uv, Poetry, Composer, AWS, Azure, Google Cloud, Rails, Django,
 * the official images of databases), and the names in about 5000 public Dockerfiles. Read 2026-11.
 */

/** A name that ends in one of these words holds a credential. */
export const SECRET_NOUNS: ReadonlySet<string> = new Set([
	"password",
	"passwd",
	"passwort",
	"pword",
	"passphrase",
	"passcode",
	"secret",
	"token",
	"apikey",
	"authtoken",
	"accesstoken",
	"secretkey",
	"privatekey",
	"credential",
	"credentials",
]);

/** Endings of words without a separator: `PGPASSWORD`, `DBPASSWD`. */
export const SECRET_ENDINGS: readonly string[] = [
	"password",
	"passwd",
	"passphrase",
	"apikey",
	"authtoken",
	"accesstoken",
	"secretkey",
	"privatekey",
];

/** Words that make a `KEY` behind them a credential. */
export const SECRET_KEY_KINDS: ReadonlySet<string> = new Set([
	"api",
	"secret",
	"private",
	"priv",
	"prv",
	"encryption",
	"decryption",
	"master",
	"signing",
	"deploy",
	"license",
	"licence",
	"account",
	"subscription",
	"activation",
	"product",
	"access",
	"auth",
	"ssh",
	"jwt",
	"hmac",
]);

/** Whose `PASS`, `PWD`, `PW` or `AUTH` it is: with one of these words in front they are credentials. */
export const ACCOUNT_WORDS: ReadonlySet<string> = new Set([
	"db",
	"database",
	"mysql",
	"mariadb",
	"postgres",
	"postgresql",
	"pg",
	"pgsql",
	"mssql",
	"sql",
	"oracle",
	"mongo",
	"mongodb",
	"redis",
	"rediscli",
	"rabbitmq",
	"amqp",
	"mqtt",
	"elastic",
	"elasticsearch",
	"kibana",
	"grafana",
	"smtp",
	"mail",
	"email",
	"imap",
	"ftp",
	"sftp",
	"ssh",
	"vnc",
	"rdp",
	"ldap",
	"admin",
	"root",
	"user",
	"sudo",
	"sa",
	"nexus",
	"artifactory",
	"jfrog",
	"registry",
	"docker",
	"dockerhub",
	"hub",
	"git",
	"github",
	"gitlab",
	"bitbucket",
	"npm",
	"maven",
	"nuget",
	"pypi",
	"composer",
	"conda",
	"jenkins",
	"sonar",
	"proxy",
	"basic",
	"keystore",
	"truststore",
	"jupyter",
	"wordpress",
	"magento",
]);

/** Words in front of `PASS` that make it a password, but not `AUTH`, which names a method behind them. */
export const PASS_WORDS: ReadonlySet<string> = new Set(["cli"]);

/** Names that hold a credential although their last word says nothing, and exact spellings that tools document. */
export const SECRET_NAMES: ReadonlySet<string> = new Set([
	"AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN",
	"COMPOSER_AUTH",
	"COMPOSER_AUTH_JSON",
	"DOCKER_AUTH_CONFIG",
	"GITHUB_PAT",
	"GH_PAT",
	"GITLAB_PAT",
	"AZURE_DEVOPS_PAT",
	"AZURE_DEVOPS_EXT_PAT",
	"MYSQL_PWD",
	"NPM_CONFIG__AUTH",
	"NPM_AUTH",
	"REDISCLI_AUTH",
	"SECRET_KEY_BASE",
	"SSHPASS",
	"VSS_NUGET_EXTERNAL_FEED_ENDPOINTS",
	"RAILS_MASTER_KEY",
	"APP_SECRET",
]);

/** Names that end like credentials and hold a path, a switch or a public value. */
export const HARMLESS_NAMES: ReadonlySet<string> = new Set([
	"GOOGLE_APPLICATION_CREDENTIALS",
	"SUPABASE_ANON_KEY",
	"RECAPTCHA_SITE_KEY",
	"BOS_TOKEN",
	"EOS_TOKEN",
	"PAD_TOKEN",
	"UNK_TOKEN",
	"SEP_TOKEN",
	"CLS_TOKEN",
	"MASK_TOKEN",
	"STOP_TOKEN",
]);

/** With one of these anywhere in the name the value is public, or a switch. */
export const HARMLESS_WORDS: ReadonlySet<string> = new Set([
	"public",
	"pub",
	"publishable",
	"anon",
	"enable",
	"enabled",
	"disable",
	"disabled",
	"allow",
	"allowed",
	"require",
	"required",
	"use",
	"skip",
	"no",
	"without",
	"empty",
	"random",
	"generate",
	"hashed",
	"reset",
	"forgot",
	"prompt",
	"ask",
	"max",
	"min",
	"num",
]);

/** What a build puts into pages that everybody loads: most keys with such a name are public by design. */
export const CLIENT_PREFIXES: readonly string[] = [
	"NEXT_PUBLIC_",
	"NUXT_PUBLIC_",
	"EXPO_PUBLIC_",
	"VITE_",
	"REACT_APP_",
	"VUE_APP_",
	"GATSBY_",
];

/**
 * Keys and tokens of which their makers say that they must not get into a browser, whatever prefix a build asks for.
 * Source: the documentation of these services, read 2026-11.
 */
export const SERVER_KEYS: ReadonlySet<string> = new Set([
	"ANTHROPIC_API_KEY",
	"CLOUDFLARE_API_TOKEN",
	"DEEPSEEK_API_KEY",
	"DIGITALOCEAN_TOKEN",
	"DISCORD_BOT_TOKEN",
	"DISCORD_TOKEN",
	"GH_TOKEN",
	"GITHUB_API_TOKEN",
	"GITHUB_TOKEN",
	"GITLAB_TOKEN",
	"GROQ_API_KEY",
	"HF_TOKEN",
	"HUGGINGFACE_TOKEN",
	"MAILGUN_API_KEY",
	"MISTRAL_API_KEY",
	"NPM_TOKEN",
	"OPENAI_API_KEY",
	"OPENAI_KEY",
	"OPENROUTER_API_KEY",
	"RESEND_API_KEY",
	"SENDGRID_API_KEY",
	"SENTRY_AUTH_TOKEN",
	"SLACK_BOT_TOKEN",
	"SUPABASE_SERVICE_KEY",
	"SUPABASE_SERVICE_ROLE_KEY",
	"TELEGRAM_BOT_TOKEN",
	"TWILIO_AUTH_TOKEN",
	"VERCEL_TOKEN",
]);

/** A `KEY` with one of these in its name is a key that checks signatures, or its fingerprint. */
export const PUBLIC_KEY_WORDS: ReadonlySet<string> = new Set([
	"gpg",
	"pgp",
	"rpm",
	"apt",
	"apk",
	"yum",
	"repo",
	"keyserver",
	"fingerprint",
	"host",
	"site",
]);

/** Last words that name the environment or form of a credential, not another thing: `GITHUB_TOKEN_DEV`. */
export const SECRET_SUFFIXES: ReadonlySet<string> = new Set([
	"prod",
	"production",
	"dev",
	"development",
	"staging",
	"test",
	"testing",
	"ci",
	"local",
	"b64",
	"base64",
	"value",
	"default",
]);

/** Last words that can be a credential: only a value that looks like one decides. */
export const AMBIGUOUS_NOUNS: ReadonlySet<string> = new Set(["key", "auth", "pass", "pwd", "pw", "psw", "salt", "cookie", "pin", "pat"]);

/**
 * Bundler's settings for a host: `BUNDLE_GEMS__ACME__DEV`, in capital letters. The groups of options that have a dot in their names, too, are none.
 * Source: bundle-config(1) 2.7, "Credentials for gem sources".
 */
export const BUNDLER_CREDENTIALS = /^BUNDLE_(?!(?:BUILD|GEM|LOCAL|MIRROR|PLUGINS?)__|GITHUB__HTTPS$)[A-Z0-9]+(?:_{2,3}[A-Z0-9]+)+$/;
