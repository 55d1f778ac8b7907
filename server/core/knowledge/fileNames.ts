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

/**
 * Names that files have by their extension, also by one in the middle: `nginx.conf.prod`. Others with a dot, as `etc.prod` and `root-1.2`,
 * may be folders.
 */
export const FILE_NAME: RegExp = new RegExp(`.\\.(?:${EXTENSIONS})(?:\\.|$)`, "i");

const PLAIN_NAMES = [
	".*file|LICEN[CS]E|README|NOTICE|COPYING|CHANGELOG|AUTHORS|CONTRIBUTING|CODEOWNERS|VERSION|RELEASE|INSTALL|TODO|MANIFEST|DESCRIPTION",
	"NAMESPACE|BUILD|WORKSPACE|(?:PKG|APK)BUILD|gradlew|mvnw|configure|artisan|\\.env|\\.[\\w-]*(?:rc|ignore|attributes|-version)",
].join("|");

/** Names of files that go without an extension: `Rakefile`, `LICENSE`, `gradlew`, `.npmrc`. */
export const PLAIN_FILE_NAME: RegExp = new RegExp(`^(?:${PLAIN_NAMES})$`);
