/**
 * How the programs that fetch files over the network are called.
 * Source: the manuals of curl 8.10, GNU Wget 1.24, BusyBox 1.36 wget, aria2 1.37, axel 2.17, the AWS CLI 2, gsutil 5 and gcloud storage. Read 2026-11.
 */
export interface DownloadTool {
	/** Options that take the next word, or the rest of a bundle, as their value. */
	readonly valueOptions: readonly string[];
	/** Options whose value is the file to write. */
	readonly outputOptions: readonly string[];
	/** Options whose value is the folder to write to. */
	readonly folderOptions: readonly string[];
	/** Options that name the file after the last part of the address; empty where the program always does. */
	readonly remoteNameOptions: readonly string[];
	/** Options with which the server chooses the name, or the address becomes a folder. */
	readonly otherNames: readonly string[];
	/** What happens without any of them: `stdout`, or a file named after the last part of the address. */
	readonly unnamed: "stdout" | "remoteName";
	/** With one of these nothing is kept: an upload, a question about the headers, a page with help. */
	readonly notADownload: readonly string[];
	/** Options that send something: a request with them is a call, whatever it answers. */
	readonly sends: readonly string[];
	/** Options that name the method of the request. */
	readonly methods: readonly string[];
}

export const CURL: DownloadTool = {
	valueOptions: [
		..."-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z".split(" "),
		...`--abstract-unix-socket --alt-svc --aws-sigv4 --cacert --capath --cert --cert-type --ciphers --config --connect-timeout
		--connect-to --continue-at --cookie --cookie-jar --create-file-mode --crlfile --curves --data --data-ascii --data-binary
		--data-raw --data-urlencode --delegation --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-url
		--dump-header --ech --egd-file --engine --etag-compare --etag-save --expect100-timeout --form --form-string --ftp-account
		--ftp-alternative-to-user --ftp-method --ftp-port --ftp-ssl-ccc-mode --happy-eyeballs-timeout-ms --haproxy-clientip --header
		--hostpubmd5 --hostpubsha256 --hsts --interface --ip-tos --ipfs-gateway --json --keepalive-cnt --keepalive-time --key
		--key-type --krb --libcurl --limit-rate --local-port --login-options --mail-auth --mail-from --mail-rcpt --max-filesize
		--max-redirs --max-time --netrc-file --noproxy --oauth2-bearer --output --output-dir --parallel-max --pass --pinnedpubkey
		--preproxy --proto --proto-default --proto-redir --proxy --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type
		--proxy-ciphers --proxy-crlfile --proxy-header --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey
		--proxy-service-name --proxy-tls13-ciphers --proxy-tlsauthtype --proxy-tlspassword --proxy-tlsuser --proxy-user --proxy1.0
		--pubkey --quote --random-file --range --rate --referer --request --request-target --resolve --retry --retry-delay
		--retry-max-time --sasl-authzid --service-name --socks4 --socks4a --socks5 --socks5-gssapi-service --socks5-hostname
		--speed-limit --speed-time --stderr --telnet-option --tftp-blksize --time-cond --tls-max --tls13-ciphers --tlsauthtype
		--tlspassword --tlsuser --trace --trace-ascii --trace-config --unix-socket --upload-file --url --url-query --user
		--user-agent --variable --vlan-priority --write-out`.split(/\s+/),
	],
	outputOptions: ["-o", "--output"],
	folderOptions: ["--output-dir"],
	remoteNameOptions: ["-O", "--remote-name", "--remote-name-all"],
	otherNames: ["-J", "--remote-header-name"],
	unnamed: "stdout",
	notADownload: ["-I", "--head", "-T", "--upload-file", "-h", "--help", "-V", "--version", "-F", "--form"],
	sends: ["-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json"],
	methods: ["-X", "--request"],
};

export const WGET: DownloadTool = {
	valueOptions: [
		..."-a -A -B -D -e -i -I -l -o -O -P -Q -R -t -T -U -w -X".split(" "),
		...`--accept --accept-regex --append-output --backups --base --bind-address --body-data --body-file --ca-certificate
		--ca-directory --certificate --certificate-type --ciphers --compression --config --connect-timeout --crl-file --cut-dirs
		--default-page --directory-prefix --dns-timeout --domains --exclude-directories --exclude-domains --execute --follow-tags
		--ftp-password --ftp-user --header --http-password --http-user --ignore-tags --include-directories --input-file --level
		--limit-rate --load-cookies --local-encoding --max-redirect --method --output-document --output-file --password --pinnedpubkey
		--post-data --post-file --prefer-family --private-key --private-key-type --progress --proxy-password --proxy-user --quota
		--read-timeout --referer --regex-type --reject --reject-regex --rejected-log --remote-encoding --report-speed
		--restrict-file-names --retry-on-http-error --save-cookies --secure-protocol --start-pos --timeout --tries --use-askpass
		--user --user-agent --wait --waitretry --warc-file`.split(/\s+/),
	],
	outputOptions: ["-O", "--output-document"],
	folderOptions: ["-P", "--directory-prefix"],
	remoteNameOptions: [],
	otherNames: [
		"--content-disposition",
		"--trust-server-names",
		"-r",
		"--recursive",
		"-m",
		"--mirror",
		"-p",
		"--page-requisites",
		"-x",
		"--force-directories",
		"-i",
		"--input-file",
	],
	unnamed: "remoteName",
	notADownload: ["--spider", "-h", "--help", "-V", "--version", "--post-file", "--body-file"],
	sends: ["--post-data", "--body-data"],
	methods: ["--method"],
};

const ARIA2: DownloadTool = {
	valueOptions: [
		..."-d -i -j -k -l -m -o -s -t -T -x -U".split(" "),
		...`--allow-overwrite --auto-file-renaming --ca-certificate --checksum --connect-timeout --dir --file-allocation --header
		--http-passwd --http-user --input-file --log --lowest-speed-limit --max-concurrent-downloads --max-connection-per-server
		--max-tries --min-split-size --out --retry-wait --split --timeout --user-agent`.split(/\s+/),
	],
	outputOptions: ["-o", "--out"],
	folderOptions: ["-d", "--dir"],
	remoteNameOptions: [],
	otherNames: ["-i", "--input-file"],
	unnamed: "remoteName",
	notADownload: ["-h", "--help", "-v", "--version"],
	sends: [],
	methods: [],
};

const AXEL: DownloadTool = {
	valueOptions: [
		"-s",
		"-n",
		"-o",
		"-H",
		"-U",
		"-T",
		"--max-speed",
		"--num-connections",
		"--output",
		"--header",
		"--user-agent",
		"--timeout",
	],
	outputOptions: ["-o", "--output"],
	folderOptions: [],
	remoteNameOptions: [],
	otherNames: [],
	unnamed: "remoteName",
	notADownload: ["-h", "--help", "-V", "--version"],
	sends: [],
	methods: [],
};

/** Tools that take addresses as operands, by the name of the program. */
export const DOWNLOAD_TOOLS: Readonly<Record<string, DownloadTool>> = { curl: CURL, wget: WGET, wget2: WGET, aria2c: ARIA2, axel: AXEL };

/** Tools that copy from a store to a path: program and subcommands, then source and destination. The source begins with the scheme. */
export const COPY_TOOLS: readonly { readonly words: readonly string[]; readonly scheme: string }[] = [
	{ words: ["aws", "s3", "cp"], scheme: "s3://" },
	{ words: ["aws", "s3", "sync"], scheme: "s3://" },
	{ words: ["gsutil", "cp"], scheme: "gs://" },
	{ words: ["gcloud", "storage", "cp"], scheme: "gs://" },
	{ words: ["azcopy", "copy"], scheme: "https://" },
];

/** Names and addresses that are the build machine itself, or its neighbours: what they give is no download from elsewhere. */
export const LOCAL_HOSTS =
	/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|169\.254\.\d+\.\d+|host\.docker\.internal|metadata\.google\.internal)$/i;

/** Parameters without a value, in lower case. Source: the help of Invoke-WebRequest and Start-BitsTransfer, PowerShell 7.4. Read 2026-11. */
export const POWERSHELL_SWITCHES: readonly string[] = [
	"usebasicparsing",
	"usedefaultcredentials",
	"disablekeepalive",
	"skipcertificatecheck",
	"skipheadervalidation",
	"skiphttperrorcheck",
	"allowunencryptedauthentication",
	"allowinsecureredirect",
	"preserveauthorizationonredirect",
	"preservehttpmethodonredirect",
	"nocompression",
	"noproxy",
	"passthru",
	"resume",
	"asynchronous",
	"dynamic",
	"verbose",
	"debug",
];
/** Parameters with which something is sent. */
export const POWERSHELL_SENDS: readonly string[] = ["body", "infile", "form"];

/** Options that send a password, which whoever answers can read. Source: the help of curl 7.88 and Wget 1.21. Read 2026-11. */
export const LOGIN_OPTIONS: readonly string[] = [
	..."--user --password --netrc --netrc-file --netrc-optional --oauth2-bearer --cookie --header --load-cookies".split(" "),
	..."--http-user --http-password --http-passwd --ftp-user --ftp-password --ftp-passwd --ask-password --use-askpass".split(" "),
	..."--proxy-user --proxy-password --proxy-passwd --proxy-header".split(" "),
];
/** Those of curl in one letter, which mean other things to others: `wget -nv`, `wget -U Mozilla`. */
export const CURL_LOGIN_OPTIONS: readonly string[] = ["-u", "-U", "-n", "-b", "-H"];
