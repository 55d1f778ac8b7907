/**
 * Credentials that can be told by their shape: a prefix that a vendor reserves, a length, a checksum where there is one.
 * Source: the vendors' pages on their token formats (GitHub, GitLab, npm, AWS, Google Cloud, Slack, Stripe, Docker, Grafana,
 * HashiCorp, DigitalOcean, Hugging Face and others), GitHub's list of secret scanning patterns. Read 2026-11.
 */
export interface SecretShape {
	/** What it is, with its article: `a GitHub token`. */
	readonly title: string;
	/** Every credential of this kind begins with one of these. */
	readonly prefixes: readonly string[];
	/** The whole credential, sticky, from its prefix on. Every quantifier is bounded or applies to one class, so that it runs in one pass. */
	readonly pattern: RegExp;
	/**
	 * `base62`: the last six characters are the CRC-32 of what stands between prefix and them, in base 62.
	 * `jwt`: the part in front of the first dot decodes to a header that names an algorithm.
	 */
	readonly check?: "base62" | "jwt";
}

/** Characters of the shortest credential that a pattern finds: an AWS access key id. */
export const SHORTEST_SECRET = 20;

export const SECRET_SHAPES: readonly SecretShape[] = [
	{
		title: "a GitHub token",
		prefixes: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
		pattern: /gh[pousr]_[0-9A-Za-z]{36}(?![0-9A-Za-z_])/y,
		check: "base62",
	},
	{ title: "a GitHub token", prefixes: ["github_pat_"], pattern: /github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}(?![0-9A-Za-z_])/y },
	{ title: "an npm token", prefixes: ["npm_"], pattern: /npm_[0-9A-Za-z]{36}(?![0-9A-Za-z_])/y, check: "base62" },
	{
		title: "a GitLab token",
		prefixes: ["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-", "glft-", "glimt-", "glagent-", "gloas-"],
		pattern: /gl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent|oas)-[0-9A-Za-z_-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?(?![0-9A-Za-z_])/y,
	},
	{
		title: "an AWS access key id",
		prefixes: ["AKIA", "ASIA", "ABIA", "ACCA"],
		pattern: /A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}(?![0-9A-Za-z_])/y,
	},
	{ title: "a Google API key", prefixes: ["AIza"], pattern: /AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/y },
	{ title: "a Google OAuth client secret", prefixes: ["GOCSPX-"], pattern: /GOCSPX-[0-9A-Za-z_-]{28}(?![0-9A-Za-z_-])/y },
	{ title: "a Google access token", prefixes: ["ya29."], pattern: /ya29\.[0-9A-Za-z_-]{60,}/y },
	{
		title: "a Slack token",
		prefixes: ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xapp-"],
		pattern: /(?:xox[abeprs]|xapp|xoxe\.xox[bp])-[0-9]{1,13}-[0-9A-Za-z-]{20,250}/y,
	},
	{
		title: "a Slack webhook",
		prefixes: ["https://hooks.slack.com/"],
		pattern:
			/https:\/\/hooks\.slack\.com\/(?:services\/T[0-9A-Z]{6,14}\/B[0-9A-Z]{6,14}|workflows\/T[0-9A-Z]{6,14}\/A[0-9A-Z]{6,14})\/[0-9A-Za-z/]{20,60}/y,
	},
	{
		title: "a Discord webhook",
		prefixes: ["https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/"],
		pattern: /https:\/\/discord(?:app)?\.com\/api\/webhooks\/[0-9]{17,20}\/[0-9A-Za-z_-]{60,80}/y,
	},
	{ title: "a Telegram bot token", prefixes: ["api.telegram.org/bot"], pattern: /api\.telegram\.org\/bot[0-9]{8,12}:[0-9A-Za-z_-]{35}/y },
	{
		title: "a Stripe secret key",
		prefixes: ["sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"],
		pattern: /(?:[rs]k_(?:live|test)|whsec)_[0-9A-Za-z]{24,247}(?![0-9A-Za-z_])/y,
	},
	{ title: "a SendGrid API key", prefixes: ["SG."], pattern: /SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}(?![0-9A-Za-z_-])/y },
	{ title: "a Docker Hub token", prefixes: ["dckr_pat_", "dckr_oat_"], pattern: /dckr_[op]at_[0-9A-Za-z_-]{27,40}(?![0-9A-Za-z_-])/y },
	{ title: "a PyPI token", prefixes: ["pypi-AgE"], pattern: /pypi-AgE[0-9A-Za-z_-]{80,}/y },
	{ title: "a RubyGems API key", prefixes: ["rubygems_"], pattern: /rubygems_[0-9a-f]{48}(?![0-9A-Za-z_])/y },
	{ title: "a NuGet API key", prefixes: ["oy2"], pattern: /oy2[0-9a-z]{43}(?![0-9A-Za-z_])/y },
	{ title: "a Hugging Face token", prefixes: ["hf_"], pattern: /hf_[A-Za-z]{34}(?![0-9A-Za-z_])/y },
	{
		title: "an OpenAI API key",
		prefixes: ["sk-"],
		pattern: /sk-[0-9A-Za-z_-]{20,100}T3BlbkFJ[0-9A-Za-z_-]{20,100}/y,
	},
	{
		title: "an Anthropic API key",
		prefixes: ["sk-ant-"],
		pattern: /sk-ant-(?:api|admin|oat)[0-9]{2}-[0-9A-Za-z_-]{80,120}(?![0-9A-Za-z_-])/y,
	},
	{
		title: "a DigitalOcean token",
		prefixes: ["dop_v1_", "doo_v1_", "dor_v1_"],
		pattern: /do[opr]_v1_[0-9a-f]{64}(?![0-9A-Za-z_])/y,
	},
	{ title: "a Heroku API key", prefixes: ["HRKU-"], pattern: /HRKU-[0-9A-Za-z_-]{36,64}(?![0-9A-Za-z_-])/y },
	{
		title: "an Azure storage account key",
		prefixes: ["AccountKey=", "SharedAccessKey="],
		pattern: /(?:AccountKey=[0-9A-Za-z+/]{86}==|SharedAccessKey=[0-9A-Za-z+/]{43}=)/y,
	},
	{ title: "a Vault token", prefixes: ["hvs.", "hvb."], pattern: /hv[bs]\.[0-9A-Za-z_-]{24,300}(?![0-9A-Za-z_-])/y },
	{ title: "a Databricks token", prefixes: ["dapi"], pattern: /dapi[0-9a-f]{32}(?:-[0-9])?(?![0-9A-Za-z_])/y },
	{
		title: "a Shopify token",
		prefixes: ["shpat_", "shpss_", "shpca_", "shppa_"],
		pattern: /shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}(?![0-9A-Za-z_])/y,
	},
	{
		title: "a Square token",
		prefixes: ["sq0atp-", "sq0csp-"],
		pattern: /sq0(?:atp-[0-9A-Za-z_-]{22}|csp-[0-9A-Za-z_-]{43})(?![0-9A-Za-z_-])/y,
	},
	{ title: "a Grafana token", prefixes: ["glsa_"], pattern: /glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}(?![0-9A-Za-z_])/y },
	{ title: "a New Relic user key", prefixes: ["NRAK-"], pattern: /NRAK-[0-9A-Z]{27}(?![0-9A-Za-z_])/y },
	{ title: "a Linear API key", prefixes: ["lin_api_"], pattern: /lin_api_[0-9A-Za-z]{40}(?![0-9A-Za-z_])/y },
	{ title: "a Postman API key", prefixes: ["PMAK-"], pattern: /PMAK-[0-9a-f]{24}-[0-9a-f]{34}(?![0-9A-Za-z_])/y },
	{ title: "a Sonar token", prefixes: ["sqp_", "squ_", "sqa_"], pattern: /sq[apu]_[0-9a-f]{40}(?![0-9A-Za-z_])/y },
	{ title: "a Pulumi token", prefixes: ["pul-"], pattern: /pul-[0-9a-f]{40}(?![0-9A-Za-z_])/y },
	{ title: "a Supabase token", prefixes: ["sbp_"], pattern: /sbp_[0-9a-f]{40}(?![0-9A-Za-z_])/y },
	{
		title: "a Doppler token",
		prefixes: ["dp.pt.", "dp.st."],
		pattern: /dp\.(?:pt\.|st\.(?:[0-9a-z_-]{2,35}\.)?)[0-9A-Za-z]{40,44}(?![0-9A-Za-z_])/y,
	},
	{
		title: "a Tailscale key",
		prefixes: ["tskey-"],
		pattern: /tskey-(?:auth|api|client|scim)-[0-9A-Za-z]{8,20}-[0-9A-Za-z]{20,64}(?![0-9A-Za-z_])/y,
	},
	{ title: "an age secret key", prefixes: ["AGE-SECRET-KEY-1"], pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y },
	{
		title: "a private key",
		prefixes: ["-----BEGIN "],
		pattern:
			/-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----(?=[\s\\nr`'"]{0,40}(?:[A-Z][A-Za-z-]{2,20}: |[0-9A-Za-z+/=]{30}))/y,
	},
	{
		title: "a JSON web token",
		prefixes: ["eyJ"],
		pattern: /eyJ[0-9A-Za-z_-]{10,2000}\.eyJ[0-9A-Za-z_-]{10,8000}\.[0-9A-Za-z_-]{20,1500}/y,
		check: "jwt",
	},
];

/** Credentials that documentations use and that open nothing: they, and what contains them, are no findings. */
export const EXAMPLE_SECRETS: readonly string[] = [
	// AWS, in every guide.
	"AKIAIOSFODNN7EXAMPLE",
	"AKIAI44QH8DHBEXAMPLE",
	"ASIAIOSFODNN7EXAMPLE",
	"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	// The well-known keys of the Azure storage and Cosmos DB emulators.
	"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
	"C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DEQ2nQ==",
	// Signature of the token on jwt.io.
	"SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
	"TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
];
