import { TEST_PROGRAMS } from "./plainPrograms.ts";

/**
 * What programs do with a file or with their standard input, as far as it matters for what was downloaded.
 * Source: the manuals of the shells, interpreters, archivers and package tools. Read 2026-11.
 */

/** Programs that run a text that they read, and the options with which their standard input is data instead. */
export interface Interpreter {
	readonly pattern: RegExp;
	/** With one of these the program comes from the command line. Short ones are looked for in bundles, too. */
	readonly scriptOptions: readonly string[];
	/** Options that take the next word as their value and leave the standard input a program. */
	readonly valueOptions: readonly string[];
}

export const INTERPRETERS: readonly Interpreter[] = [
	{
		pattern: /^(?:sh|bash|dash|ash|zsh|ksh|mksh)$/,
		scriptOptions: ["-c", "-n"],
		valueOptions: ["-o", "+o", "-O", "--rcfile", "--init-file"],
	},
	{ pattern: /^(?:python|pypy)[0-9.]*$/, scriptOptions: ["-c", "-m"], valueOptions: ["-W", "-X"] },
	{ pattern: /^perl[0-9.]*$/, scriptOptions: ["-e", "-E", "-n", "-p"], valueOptions: ["-I", "-M", "-m"] },
	{ pattern: /^ruby[0-9.]*$/, scriptOptions: ["-e", "-n", "-p"], valueOptions: ["-I", "-r", "-C"] },
	{
		pattern: /^(?:node|nodejs)$/,
		scriptOptions: ["-e", "-p", "--eval", "--print", "-c", "--check"],
		valueOptions: ["-r", "--require", "--import"],
	},
	{ pattern: /^php[0-9.]*$/, scriptOptions: ["-r", "-B", "-R", "-E", "-f", "-F", "-i", "-l"], valueOptions: ["-d", "-c", "-z"] },
	{ pattern: /^pwsh$/, scriptOptions: ["-Command", "-c", "-File", "-f", "-EncodedCommand"], valueOptions: ["-ExecutionPolicy"] },
	{ pattern: /^(?:Rscript|lua[0-9.]*|groovy)$/, scriptOptions: ["-e"], valueOptions: [] },
];

/** Programs that take archives apart, or write what they read to where it is used. */
export const UNPACKERS: ReadonlySet<string> = new Set([
	"tar",
	"bsdtar",
	"gtar",
	"cpio",
	"unzip",
	"funzip",
	"7z",
	"7za",
	"7zr",
	"unrar",
	"jar",
	"ar",
	"dpkg-deb",
	"rpm2cpio",
	"rpm2archive",
	"gunzip",
	"bunzip2",
	"unxz",
	"unzstd",
	"unlzma",
	"uncompress",
	"zstd",
	"xz",
	"gzip",
	"bzip2",
	"unsquashfs",
	"makeself",
]);

/** Unpackers that read and write a stream: in the middle of a pipe they only pass it on. */
export const STREAM_FILTERS: ReadonlySet<string> = new Set([
	"gunzip",
	"bunzip2",
	"unxz",
	"unzstd",
	"unlzma",
	"uncompress",
	"zstd",
	"xz",
	"gzip",
	"bzip2",
	"rpm2cpio",
	"funzip",
]);

/**
 * Programs, besides the interpreters, that succeed where nothing comes on their standard input. Some fail over an error page; what
 * others make of it fails later, but an empty file or value does not.
 * Source: jq 1.7, GNU patch 2.7, bsdtar 3.6, the tools of Debian 12, tried; the manuals of sponge, dos2unix and of the clients of databases.
 */
export const CONTENT_WITH_NOTHING: ReadonlySet<string> = new Set([
	"jq",
	"patch",
	"xargs",
	"read",
	"bsdtar",
	"psql",
	"mysql",
	"mariadb",
	"sqlite3",
	...(
		"cat tee sponge dd split sed awk gawk mawk tr cut sort uniq head tail tac rev nl fold fmt pr paste column expand shuf wc " +
		"strings iconv dos2unix envsubst base64 base32 xxd od hexdump yq su runuser"
	).split(" "),
]);

/** Those of them that read and write compressed data: they fail over nothing where they unpack it. */
export const COMPRESSORS: ReadonlySet<string> = new Set(["gzip", "bzip2", "xz", "zstd"]);

/**
 * Unpackers that end with an error over nothing on their standard input, over an error page, and over data that breaks off.
 * Source: gzip 1.12, bzip2 1.0.8, zstd 1.5, funzip and unzip 6.0, BusyBox 1.35, tried.
 */
export const ALWAYS_CHECKING_UNPACKERS: ReadonlySet<string> = new Set([
	"gunzip",
	"gzip",
	"bunzip2",
	"bzip2",
	"unzstd",
	"zstd",
	"unzip",
	"funzip",
]);

/**
 * The like, but not in BusyBox: its xz and cpio succeed where nothing comes, its zcat where the data breaks off.
 * Source: XZ Utils 5.4, GNU cpio 2.13, gzip 1.12, BusyBox 1.35, tried.
 */
export const GNU_CHECKING_UNPACKERS: ReadonlySet<string> = new Set(["xz", "unxz", "unlzma", "cpio", "zcat"]);

/** Programs that install a file that they are given, with the words that say so (none: always). */
export const INSTALLERS: Readonly<Record<string, readonly string[]>> = {
	dpkg: ["-i", "--install", "--unpack"],
	apt: ["install"],
	"apt-get": ["install"],
	gdebi: [],
	rpm: ["-i", "-U", "-ivh", "-Uvh", "--install", "--upgrade"],
	yum: ["install", "localinstall"],
	dnf: ["install", "localinstall"],
	microdnf: ["install"],
	zypper: ["install", "in"],
	apk: ["add"],
	pip: ["install"],
	pip3: ["install"],
	npm: ["install", "i"],
	gem: ["install"],
	pecl: ["install"],
	pear: ["install"],
	install: [],
	"update-alternatives": [],
};

/** Programs that only look at what they are given. */
export const READERS: ReadonlySet<string> = new Set([
	...TEST_PROGRAMS,
	..."cat grep egrep fgrep jq yq sed awk gawk mawk head tail cut sort wc diff cmp ls stat file echo printf read touch xmllint".split(" "),
]);

/** Programs that compare a digest or a signature, with the words that make them do so (none: always). */
export const VERIFIERS: readonly { readonly pattern: RegExp; readonly words: readonly string[] }[] = [
	{ pattern: /^(?:sha(?:1|224|256|384|512)sum|md5sum|b2sum|b3sum|cksum|rhash|shasum|gsha\d+sum)$/, words: ["-c", "--check", "-C"] },
	{ pattern: /^(?:sha1|sha256|sha512|md5)$/, words: ["-c"] },
	{ pattern: /^gpg2?$/, words: ["--verify", "--verify-files", "--decrypt", "-d"] },
	{ pattern: /^(?:gpgv|gpgv2|sqv)$/, words: [] },
	{ pattern: /^openssl$/, words: ["-verify", "-prverify", "-signature"] },
	{ pattern: /^cosign$/, words: ["verify-blob", "verify-blob-attestation"] },
	{ pattern: /^(?:minisign|signify|rsign)$/, words: ["-V", "-Vm", "verify"] },
	{ pattern: /^slsa-verifier$/, words: ["verify-artifact"] },
	{ pattern: /^gh$/, words: ["attestation"] },
	{ pattern: /^sq$/, words: ["verify"] },
	{ pattern: /^rpm$/, words: ["-K", "--checksig"] },
	{ pattern: /^rpmkeys$/, words: ["--checksig", "-K"] },
	{ pattern: /^jarsigner$/, words: ["-verify"] },
	{ pattern: /^(?:debsig-verify|dpkg-sig|dscverify)$/, words: [] },
];

/** Programs that print a digest, for a comparison elsewhere. */
export const HASHERS = /^(?:sha(?:1|224|256|384|512)sum|md5sum|b2sum|b3sum|shasum|openssl|cksum|rhash|sha1|sha256|sha512|md5)$/;

/** What a check of something else is made with: signatures, digests, keys. Matched against the last part of a path or address. */
export const CHECK_MATERIAL =
	/\.(?:asc|sign?|gpg|key|pub|pem|crt|cer|minisig|sigstore|bundle|intoto\.jsonl|digests?|checksums?|sha\d{0,3}(?:sum)?|md5(?:sum)?|sums?)(?:\.txt)?$|(?:sha\d{0,3}sums?|checksums?|md5sums?)\b|[-_.](?:sha\d{3}|md5)(?:\.txt)?$|^(?:KEYS|RPM-GPG-KEY.*|gpg)$/i;

/** Where keys and package sources go: rules about repositories look at them. */
export const REPOSITORY_FILES =
	/^\/etc\/apt\/|^\/usr\/share\/keyrings\/|^\/etc\/apk\/|^\/etc\/yum\.repos\.d\/|^\/etc\/pki\/|^\/etc\/zypp\/|^\/usr\/local\/share\/ca-certificates\/|\.(?:repo|list|sources)$/;

/** Files that hold data, not programs. */
export const DATA_FILES =
	/\.(?:txt|md|csv|tsv|json|ya?ml|xml|html?|ini|conf|cfg|toml|properties|dat|mmdb|gb|gbk|fa|fna|faa|fasta|fastq|fq|gfa|bam|bai|cram|sam|paf|aln|phy|vcf|bcf|bed|gff3?|gtf|wig|bw|2bit|png|jpe?g|gif|svg|ico|ttf|otf|woff2?|pdf|wav|mp3|mp4|sql|bib|tree|nwk|newick|parquet|npy|npz|onnx|pt|pth|h5|gguf|safetensors)(?:\.(?:gz|bz2|xz|zst))?$/i;

/** Installers that many projects publish, by the start of their address without the scheme. */
export const KNOWN_INSTALLERS: readonly { readonly address: string; readonly name: string }[] = [
	{ address: "sh.rustup.rs", name: "rustup" },
	{ address: "static.rust-lang.org/rustup", name: "rustup" },
	{ address: "astral.sh/uv", name: "uv" },
	{ address: "install.python-poetry.org", name: "Poetry" },
	{ address: "raw.githubusercontent.com/python-poetry", name: "Poetry" },
	{ address: "bootstrap.pypa.io", name: "pip" },
	{ address: "raw.githubusercontent.com/nvm-sh/nvm", name: "nvm" },
	{ address: "raw.githubusercontent.com/creationix/nvm", name: "nvm" },
	{ address: "get.docker.com", name: "Docker" },
	{ address: "deb.nodesource.com", name: "NodeSource" },
	{ address: "rpm.nodesource.com", name: "NodeSource" },
	{ address: "raw.githubusercontent.com/helm/helm", name: "Helm" },
	{ address: "getcomposer.org", name: "Composer" },
	{ address: "yarnpkg.com", name: "Yarn" },
	{ address: "get.pnpm.io", name: "pnpm" },
	{ address: "bun.sh", name: "Bun" },
	{ address: "deno.land", name: "Deno" },
	{ address: "get.sdkman.io", name: "SDKMAN" },
	{ address: "dot.net", name: ".NET" },
	{ address: "aka.ms/installazureclideb", name: "Azure CLI" },
	{ address: "get.pulumi.com", name: "Pulumi" },
	{ address: "raw.githubusercontent.com/anchore/syft", name: "Syft" },
	{ address: "raw.githubusercontent.com/anchore/grype", name: "Grype" },
	{ address: "raw.githubusercontent.com/aquasecurity/trivy", name: "Trivy" },
	{ address: "raw.githubusercontent.com/homebrew", name: "Homebrew" },
	{ address: "nixos.org/nix", name: "Nix" },
];

/** What compares a digest or a signature in PowerShell. */
export const POWERSHELL_CHECK =
	/Get-FileHash|Get-AuthenticodeSignature|Test-FileCatalog|ComputeHash\s?\(|HashData\s?\(|-hashfile\b|--verify\b|\bverify-blob\b|\bsignify\b|\bminisign\b|\b(?:sha\d{1,3}|md5)sum\b|\bsigntool(?:\.exe)?\s+verify\b|\bopenssl(?:\.exe)?\s+dgst\b/i;

/* What a statement of PowerShell does with the files that it names. */
export const POWERSHELL_UNPACKS = /\b(?:Expand-Archive|ExtractToDirectory|Expand-7Zip|tar|7z[ar]?|unzip|lessmsi|wix)\b/i;
export const POWERSHELL_INSTALLS =
	/\b(?:msiexec|Add-AppxPackage|Add-WindowsPackage|Install-\w+|dism|(?:choco|nuget|gem|pip|npm)(?:\.exe)?\s+install)\b/i;
export const POWERSHELL_RUNS = /\bStart-Process\b|\bInvoke-Expression\b|\biex\b|\b(?:python|java|node|php|cmd|powershell|pwsh)\b/i;
export const POWERSHELL_REMOVES = /\b(?:Remove-Item|rm|del|erase|ri|rd)\b/i;
