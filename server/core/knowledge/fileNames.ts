const EXTENSIONS = [
	// Programs and their sources.
	"sh|bash|zsh|fish|ps1|bat|cmd|exe|dll|so|py|pyc|pl|pm|rb|php|lua|tcl|awk|r|jl|js|mjs|cjs|jsx|ts|tsx|vue|css|scss|less|go|rs|java|kt|kts|scala",
	"groovy|c|h|cc|cpp|cxx|hpp|cs|fs|vb|swift|ex|exs|erl|hs|ml|sql|proto|graphql|asm|s|mk|cmake|gradle|csproj|fsproj|sln|slnx|props|targets|gemspec|rake",
	// Settings and data.
	"conf|cfg|cnf|config|ini|env|properties|json|json5|jsonc|ya?ml|toml|xml|xsl|xsd|plist|lock|list|sources|repo|pref|rules|policy|service|socket|timer",
	"cron|crontab|desktop|vcl|hcl|tf|te|pp|txt|text|md|rst|adoc|csv|tsv|log|html?|xhtml|map|dat|data|db|sqlite3?|dump|patch|diff|in|cabal",
	"tmpl|tpl|template|j2|jinja2?|erb|ejs|hbs|mustache|dist|example|sample|bak|orig|png|jpe?g|gif|svg|ico|webp|bmp|pdf|ttf|otf|woff2?|eot|mp[34]|wav",
	// Keys, archives and packages.
	"gpg|asc|sig|sign|signed|key|pub|pem|crt|cer|der|csr|p12|pfx|jks|keystore|truststore|sha\\d+|md5|tar|gz|tgz|bz2|tbz2?|xz|txz|zst|lz4|zip|7z|rar",
	"jar|war|ear|deb|rpm|apk|whl|egg|gem|crate|nupkg|phar|run|bin|img|iso|rom|vim|el|dockerfile|dockerignore|gitignore|ipynb|rdb|ldif|pbf|mmdb",
].join("|");

/** A known extension, also one in the middle: `nginx.conf.prod`. */
const KNOWN_EXTENSION = new RegExp(`.\\.(?:${EXTENSIONS})(?:\\.|$)`, "i");

/** Whatever else stands behind a dot: nobody knows all extensions. Versions and names of projects (`root-1.2`, `Shop.Api`) are none. */
const EXTENSION = /.\.[a-z][a-z\d]*$/;

/** What people write behind a dot in names of folders as well: what the folder is for, and domains. */
const FOLDER_ENDINGS = [
	"d|git|app|com|org|net|io|v\\d+|prod|production|dev|devel|develop|development|stage|staging|tests?|testing|qa|uat|ci|local|live|demo|new|old",
	"base|common|shared|docker|container|debian|ubuntu|alpine|centos|rhel|linux|windows|x86|amd64|arm64|arm",
].join("|");
const FOLDER_ENDING = new RegExp(`\\.(?:${FOLDER_ENDINGS})$`);

const PLAIN_NAMES = [
	".*file|LICEN[CS]E|README|NOTICE|COPYING|CHANGELOG|AUTHORS|CONTRIBUTING|CODEOWNERS|VERSION|RELEASE|INSTALL|TODO|MANIFEST|DESCRIPTION",
	"NAMESPACE|BUILD|WORKSPACE|(?:PKG|APK)BUILD|gradlew|mvnw|configure|artisan",
].join("|");

/** Names of files that go without an extension: `Rakefile`, `LICENSE`, `gradlew`; also with one that folders may have: `Dockerfile.dev`. */
const PLAIN_NAME = new RegExp(`^(?:${PLAIN_NAMES})(?:\\..*)?$`);

/** Settings in a home or a project: `.npmrc`, `.bash_profile`, `.env.prod`. */
const SETTINGS_NAME =
	/^\.(?:env(?:\..*)?|[\w-]*(?:rc|ignore|attributes|-version|profile)|(?:bash|zsh|psql|mysql|python)_\w+|zshenv|zlog(?:in|out)|(?:git|editor)config|gitmodules|(?:git)?keep|ht(?:access|passwd)|pgpass|tool-versions|flake8)$/;

/** In capitals people write the names of files: `EULA`, `SHA256SUMS`, but for those of a few folders. */
const CAPITALS = /^(?=.*[A-Z].*[A-Z])[A-Z\d_-]+$/;
const FOLDERS_IN_CAPITALS =
	/^(?:ROOT(?:[_-]?FS)?|ETC|OPT|USR|VAR|HOME|FS|FILES|OVERLAY|SRC|SOURCES?|APPS?|BIN|LIBS?|CONF|CONFIGS?|DATA|SCRIPTS?|TOOLS?|RESOURCES?|ASSETS|DEBIAN|LINUX|AMD64|ARM64|API|UI|GUI|WEB|(?:WEB|META|BOOT)-INF)$/;

/** Whether a name is that of a file. Others, as `src`, `etc.prod`, `root-1.2` and `ETC`, may be folders. */
export function isFileName(name: string): boolean {
	if (name.endsWith(".d")) return false;
	if (KNOWN_EXTENSION.test(name) || PLAIN_NAME.test(name) || SETTINGS_NAME.test(name)) return true;
	if (CAPITALS.test(name)) return !FOLDERS_IN_CAPITALS.test(name);
	return EXTENSION.test(name) && !FOLDER_ENDING.test(name);
}
