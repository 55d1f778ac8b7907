/** When the dates below were compared with their source: a year and a month. */
export const SUPPORT_ENDS_READ = "2026-11";

/**
 * When lines of distributions, languages and servers stop to get security fixes, and repositories that nobody updates any more.
 * Source: endoflife.date and the release policies of the projects that it names. Read 2026-11. Only dates that are announced;
 * a line that is not here is unknown. Of Debian the end of the LTS is meant, of Ubuntu that of standard support, of others that of
 * the last fixes that everybody gets. Add lines in order; a major version alone stands for all of its lines once the last has ended.
 */
export interface Product {
	/** In messages. */
	readonly name: string;
	/** The last day, by the version line as tags begin with it. */
	readonly lines: Readonly<Record<string, string>>;
	/** Names of lines. */
	readonly codenames?: Readonly<Record<string, string>>;
	/** What messages call a line by that has another name than its number. */
	readonly lineNames?: Readonly<Record<string, string>>;
	/** Names of lines that stand in tags, but that nobody calls them by. */
	readonly tagNames?: Readonly<Record<string, string>>;
	/** The tags are those of single releases: a line alone is none. */
	readonly releasesOnly?: true;
	/** Where lines are built on distributions of their own: the names of those that all lines have. */
	readonly distributions?: readonly string[];
}

export const DEBIAN: Product = {
	name: "Debian",
	lines: {
		"6": "2016-02-29",
		"7": "2018-05-31",
		"8": "2020-06-30",
		"9": "2022-06-30",
		"10": "2024-06-30",
		"11": "2026-08-31",
		"12": "2028-06-30",
		"13": "2030-06-30",
	},
	codenames: { squeeze: "6", wheezy: "7", jessie: "8", stretch: "9", buster: "10", bullseye: "11", bookworm: "12", trixie: "13" },
};

export const UBUNTU: Product = {
	name: "Ubuntu",
	lines: {
		"10.04": "2015-04-30",
		"12.04": "2017-04-28",
		"12.10": "2014-05-16",
		"13.04": "2014-01-27",
		"13.10": "2014-07-17",
		"14.04": "2019-04-25",
		"14.10": "2015-07-23",
		"15.04": "2016-02-04",
		"15.10": "2016-07-28",
		"16.04": "2021-04-30",
		"16.10": "2017-07-20",
		"17.04": "2018-01-13",
		"17.10": "2018-07-19",
		"18.04": "2023-05-31",
		"18.10": "2019-07-18",
		"19.04": "2020-01-23",
		"19.10": "2020-07-17",
		"20.04": "2025-05-31",
		"20.10": "2021-07-22",
		"21.04": "2022-01-20",
		"21.10": "2022-07-14",
		"22.04": "2027-04-30",
		"22.10": "2023-07-20",
		"23.04": "2024-01-25",
		"23.10": "2024-07-11",
		"24.04": "2029-05-31",
		"24.10": "2025-07-10",
		"25.04": "2026-01-17",
		"25.10": "2026-07-31",
		"26.04": "2031-04-30",
	},
	codenames: {
		lucid: "10.04",
		precise: "12.04",
		quantal: "12.10",
		raring: "13.04",
		saucy: "13.10",
		trusty: "14.04",
		utopic: "14.10",
		vivid: "15.04",
		wily: "15.10",
		xenial: "16.04",
		yakkety: "16.10",
		zesty: "17.04",
		artful: "17.10",
		bionic: "18.04",
		cosmic: "18.10",
		disco: "19.04",
		eoan: "19.10",
		focal: "20.04",
		groovy: "20.10",
		hirsute: "21.04",
		impish: "21.10",
		jammy: "22.04",
		kinetic: "22.10",
		lunar: "23.04",
		mantic: "23.10",
		noble: "24.04",
		oracular: "24.10",
		plucky: "25.04",
		questing: "25.10",
		resolute: "26.04",
	},
};

export const ALPINE: Product = {
	name: "Alpine",
	lines: {
		"2": "2015-11-01",
		"3.1": "2016-11-01",
		"3.2": "2017-05-01",
		"3.3": "2017-11-01",
		"3.4": "2018-05-01",
		"3.5": "2018-11-01",
		"3.6": "2019-05-01",
		"3.7": "2019-11-01",
		"3.8": "2020-05-01",
		"3.9": "2020-11-01",
		"3.10": "2021-05-01",
		"3.11": "2021-11-01",
		"3.12": "2022-05-01",
		"3.13": "2022-11-01",
		"3.14": "2023-05-01",
		"3.15": "2023-11-01",
		"3.16": "2024-05-23",
		"3.17": "2024-11-22",
		"3.18": "2025-05-09",
		"3.19": "2025-11-01",
		"3.20": "2026-04-01",
		"3.21": "2026-11-01",
		"3.22": "2027-05-01",
		"3.23": "2027-11-01",
	},
};

export const CENTOS: Product = { name: "CentOS", lines: { "5": "2017-03-31", "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31" } };
export const CENTOS_STREAM: Product = { name: "CentOS Stream", lines: { "8": "2024-05-31", "9": "2027-05-31" } };
export const UBI: Product = { name: "Red Hat UBI", lines: { "7": "2024-06-30" } };

/** How the tags of an image name the line. */
export interface SupportedImage {
	/** In full, without `docker.io/library/`; a `*` at the end stands for the rest. */
	readonly repositories: readonly string[];
	/** The line stands at the start of the tag. */
	readonly product: Product;
}

const JAVA: Product = {
	name: "Java",
	lines: {
		"9": "2018-03-20",
		"10": "2018-09-25",
		"12": "2019-09-17",
		"13": "2020-03-17",
		"14": "2020-09-16",
		"15": "2021-03-16",
		"16": "2021-09-14",
		"17": "2027-10-31",
		"18": "2022-09-20",
		"19": "2023-03-21",
		"20": "2023-09-19",
		"21": "2029-12-31",
		"22": "2024-09-17",
		"23": "2025-03-18",
		"24": "2025-09-16",
		"25": "2031-09-30",
	},
};

/** Later ones are in other repositories. */
const DOTNET_CORE: Product = {
	name: ".NET",
	lines: {
		"1.0": "2019-06-27",
		"1.1": "2019-06-27",
		"2.0": "2018-10-01",
		"2.1": "2021-08-21",
		"2.2": "2019-12-23",
		"3.0": "2020-03-03",
		"3.1": "2022-12-13",
	},
};

const DOTNET: Product = {
	name: ".NET",
	lines: {
		...DOTNET_CORE.lines,
		"5.0": "2022-05-10",
		"6.0": "2024-11-12",
		"7.0": "2024-05-14",
		"8.0": "2026-11-10",
		"9.0": "2026-11-10",
		"10.0": "2028-11-14",
	},
	distributions: [ALPINE.name],
};

const ELASTIC: Product = {
	name: "Elastic Stack",
	lines: { "5": "2019-03-11", "6": "2022-02-10", "7": "2026-01-15", "8": "2027-07-15" },
	releasesOnly: true,
};

export const SUPPORTED_IMAGES: readonly SupportedImage[] = [
	{ repositories: ["debian", "public.ecr.aws/debian/debian"], product: DEBIAN },
	{ repositories: ["ubuntu", "public.ecr.aws/ubuntu/ubuntu"], product: UBUNTU },
	{ repositories: ["alpine"], product: ALPINE },
	{ repositories: ["centos", "quay.io/centos/centos"], product: CENTOS },
	{
		repositories: ["fedora", "quay.io/fedora/fedora", "registry.fedoraproject.org/fedora"],
		product: {
			name: "Fedora",
			lines: {
				"20": "2015-06-23",
				"21": "2015-12-01",
				"22": "2016-07-19",
				"23": "2016-12-20",
				"24": "2017-08-08",
				"25": "2017-12-12",
				"26": "2018-05-29",
				"27": "2018-11-30",
				"28": "2019-05-28",
				"29": "2019-11-26",
				"30": "2020-05-26",
				"31": "2020-11-24",
				"32": "2021-05-25",
				"33": "2021-11-30",
				"34": "2022-06-07",
				"35": "2022-12-13",
				"36": "2023-05-16",
				"37": "2023-12-05",
				"38": "2024-05-21",
				"39": "2024-11-26",
				"40": "2025-05-13",
				"41": "2025-12-15",
				"42": "2026-05-13",
				"43": "2026-12-09",
			},
		},
	},
	{
		repositories: ["amazonlinux", "public.ecr.aws/amazonlinux/amazonlinux"],
		product: {
			name: "Amazon Linux",
			lines: {
				"1": "2023-12-31",
				"2016.09": "2023-12-31",
				"2017.03": "2023-12-31",
				"2017.09": "2023-12-31",
				"2018.03": "2023-12-31",
				"2": "2026-06-30",
				"2023": "2029-06-30",
			},
		},
	},
	{
		repositories: ["oraclelinux", "ghcr.io/oracle/oraclelinux"],
		product: { name: "Oracle Linux", lines: { "5": "2017-06-30", "6": "2021-03-31", "7": "2024-12-31", "8": "2029-07-31" } },
	},
	{
		repositories: ["opensuse/leap"],
		product: {
			name: "openSUSE Leap",
			lines: {
				"42": "2019-06-30",
				"15.0": "2019-12-03",
				"15.1": "2021-02-02",
				"15.2": "2022-01-04",
				"15.3": "2022-12-31",
				"15.4": "2023-12-07",
				"15.5": "2024-12-31",
				"15.6": "2026-04-30",
			},
		},
	},
	{
		// The semi-annual channel has no line that is supported; those of the long-term channel are named by year.
		repositories: ["mcr.microsoft.com/windows/servercore", "mcr.microsoft.com/windows/nanoserver", "mcr.microsoft.com/windows"],
		product: {
			name: "Windows Server, version",
			lines: {
				"1709": "2019-04-09",
				"1803": "2019-11-12",
				"1903": "2020-12-08",
				"1909": "2021-05-11",
				"2004": "2021-12-14",
				"2009": "2022-08-09",
			},
			codenames: { "20H2": "2009" },
			lineNames: { "2009": "20H2" },
		},
	},
	{ repositories: ["photon"], product: { name: "Photon OS", lines: { "1": "2022-02-28", "2": "2022-12-31", "3": "2024-03-01" } } },
	{
		repositories: ["mcr.microsoft.com/cbl-mariner/*"],
		product: { name: "CBL-Mariner", lines: { "1.0": "2023-07-31", "2.0": "2025-07-31" } },
	},
	{
		repositories: ["node"],
		product: {
			name: "Node.js",
			lines: {
				"0": "2016-12-31",
				"0.10": "2016-10-31",
				"0.12": "2016-12-31",
				"4": "2018-04-30",
				"5": "2016-06-30",
				"6": "2019-04-30",
				"7": "2017-06-30",
				"8": "2019-12-31",
				"9": "2018-06-30",
				"10": "2021-04-30",
				"11": "2019-06-01",
				"12": "2022-04-30",
				"13": "2020-06-01",
				"14": "2023-04-30",
				"15": "2021-06-01",
				"16": "2023-09-11",
				"17": "2022-06-01",
				"18": "2025-04-30",
				"19": "2023-06-01",
				"20": "2026-04-30",
				"21": "2024-06-01",
				"22": "2027-04-30",
				"23": "2025-06-01",
				"24": "2028-04-30",
				"25": "2026-06-01",
			},
			tagNames: {
				argon: "4",
				boron: "6",
				carbon: "8",
				dubnium: "10",
				erbium: "12",
				fermium: "14",
				gallium: "16",
				hydrogen: "18",
				iron: "20",
				jod: "22",
				krypton: "24",
			},
		},
	},
	{
		repositories: ["python"],
		product: {
			name: "Python",
			lines: {
				"2": "2020-01-01",
				"3.3": "2017-09-29",
				"3.4": "2019-03-18",
				"3.5": "2020-09-30",
				"3.6": "2021-12-23",
				"3.7": "2023-06-27",
				"3.8": "2024-10-07",
				"3.9": "2025-10-31",
				"3.10": "2026-10-31",
				"3.11": "2027-10-31",
				"3.12": "2028-10-31",
				"3.13": "2029-10-31",
				"3.14": "2030-10-31",
			},
		},
	},
	{
		repositories: ["ruby"],
		product: {
			name: "Ruby",
			lines: {
				"1": "2015-02-23",
				"2": "2023-03-31",
				"2.0": "2016-02-24",
				"2.1": "2017-03-31",
				"2.2": "2018-03-31",
				"2.3": "2019-03-31",
				"2.4": "2020-03-31",
				"2.5": "2021-03-31",
				"2.6": "2022-03-31",
				"2.7": "2023-03-31",
				"3.0": "2024-04-23",
				"3.1": "2025-03-31",
				"3.2": "2026-03-31",
				"3.3": "2027-03-31",
				"3.4": "2028-03-31",
			},
		},
	},
	{
		repositories: ["php"],
		product: {
			name: "PHP",
			lines: {
				"5": "2018-12-31",
				"5.3": "2014-08-14",
				"5.4": "2015-09-14",
				"5.5": "2016-07-21",
				"5.6": "2018-12-31",
				"7": "2022-11-28",
				"7.0": "2019-01-10",
				"7.1": "2019-12-01",
				"7.2": "2020-11-30",
				"7.3": "2021-12-06",
				"7.4": "2022-11-28",
				"8.0": "2023-11-26",
				"8.1": "2025-12-31",
				"8.2": "2026-12-31",
				"8.3": "2027-12-31",
				"8.4": "2028-12-31",
				"8.5": "2029-12-31",
			},
		},
	},
	{
		repositories: ["golang"],
		product: {
			name: "Go",
			lines: {
				"1.5": "2017-02-16",
				"1.6": "2017-02-16",
				"1.7": "2017-08-24",
				"1.8": "2018-02-16",
				"1.9": "2018-08-24",
				"1.10": "2019-02-25",
				"1.11": "2019-09-03",
				"1.12": "2020-02-25",
				"1.13": "2020-08-11",
				"1.14": "2021-02-16",
				"1.15": "2021-08-16",
				"1.16": "2022-03-15",
				"1.17": "2022-08-02",
				"1.18": "2023-02-01",
				"1.19": "2023-08-08",
				"1.20": "2024-02-06",
				"1.21": "2024-08-13",
				"1.22": "2025-02-11",
				"1.23": "2025-08-12",
				"1.24": "2026-02-10",
			},
		},
	},
	{
		repositories: [
			"mcr.microsoft.com/dotnet/sdk",
			"mcr.microsoft.com/dotnet/aspnet",
			"mcr.microsoft.com/dotnet/runtime",
			"mcr.microsoft.com/dotnet/runtime-deps",
		],
		product: DOTNET,
	},
	{ repositories: ["mcr.microsoft.com/dotnet/core/*"], product: DOTNET_CORE },
	{ repositories: ["eclipse-temurin", "amazoncorretto"], product: JAVA },
	{
		repositories: ["postgres"],
		product: {
			name: "PostgreSQL",
			lines: {
				"9": "2021-11-11",
				"9.3": "2018-11-08",
				"9.4": "2020-02-13",
				"9.5": "2021-02-11",
				"9.6": "2021-11-11",
				"10": "2022-11-10",
				"11": "2023-11-09",
				"12": "2024-11-21",
				"13": "2025-11-13",
				"14": "2026-11-12",
				"15": "2027-11-11",
				"16": "2028-11-09",
				"17": "2029-11-08",
			},
		},
	},
	{
		repositories: ["mysql"],
		product: {
			name: "MySQL",
			lines: { "5": "2023-10-31", "5.5": "2018-12-31", "5.6": "2021-02-28", "5.7": "2023-10-31", "8.0": "2026-04-30", "8.4": "2032-04-30" },
		},
	},
	{
		repositories: ["mariadb"],
		product: {
			name: "MariaDB",
			lines: {
				"5.5": "2020-04-11",
				"10.0": "2019-03-31",
				"10.1": "2020-10-17",
				"10.2": "2022-05-23",
				"10.3": "2023-05-25",
				"10.4": "2024-06-18",
				"10.5": "2025-06-24",
				"10.6": "2026-07-06",
				"10.7": "2023-02-14",
				"10.8": "2023-05-20",
				"10.9": "2023-08-22",
				"10.10": "2023-11-17",
				"10.11": "2028-02-16",
			},
		},
	},
	{
		repositories: ["mongo"],
		product: {
			name: "MongoDB",
			lines: {
				"2": "2016-10-31",
				"3": "2021-04-30",
				"4": "2024-02-29",
				"4.0": "2022-04-30",
				"4.2": "2023-04-30",
				"4.4": "2024-02-29",
				"5": "2024-10-31",
				"6": "2025-07-31",
				"7.0": "2027-08-31",
				"8.0": "2029-10-31",
			},
		},
	},
	{
		repositories: ["redis"],
		product: { name: "Redis", lines: { "2": "2020-04-30", "3": "2020-04-30", "4": "2020-04-30", "5": "2022-04-27" } },
	},
	{
		repositories: ["elasticsearch", "kibana", "logstash", "docker.elastic.co/*"],
		product: ELASTIC,
	},
	{
		repositories: ["nginx", "nginxinc/nginx-unprivileged"],
		product: {
			name: "nginx",
			lines: {
				"1.18": "2021-04-20",
				"1.19": "2021-04-20",
				"1.20": "2022-05-24",
				"1.21": "2022-05-24",
				"1.22": "2023-04-11",
				"1.23": "2023-04-11",
				"1.24": "2024-04-23",
				"1.25": "2024-04-23",
				"1.26": "2025-04-23",
				"1.27": "2025-04-23",
			},
		},
	},
	{
		repositories: ["tomcat"],
		product: {
			name: "Tomcat",
			lines: { "6": "2016-12-31", "7": "2021-03-31", "8.0": "2018-06-30", "8.5": "2024-03-31", "9.0": "2027-03-31", "10.0": "2022-10-31" },
		},
	},
];

/** Code names that are no words of other trades: a part of a tag that is one names the distribution, whatever the image. */
export const PLAIN_CODENAMES: ReadonlySet<string> = new Set([
	...Object.keys(DEBIAN.codenames ?? {}),
	"xenial",
	"bionic",
	"focal",
	"jammy",
	"noble",
]);

/** A repository that gets no updates any more. */
export interface AbandonedRepository {
	/** As {@link SupportedImage.repositories}. */
	readonly repositories: readonly string[];
	/** Only tags that match; an absent tag is the empty text. */
	readonly tag?: RegExp;
	/** Set where the repository lives on under its other tags, so that it is not the repository that was given up. */
	readonly ofTags?: true;
	/** Tags that Docker Hub does not have any more. */
	readonly removed?: RegExp;
	/** What took its place; a `*` at the end stands for the last part of the repository's name. */
	readonly successor: string;
	/** Tag of the successor by the tag here, where one follows from the other; the first that matches counts. */
	readonly rename?: readonly { readonly tag: RegExp; readonly reference: string }[];
}

/** Tags of images on `openjdk`, which nobody builds any more: `maven:3.6-jdk-8`, `tomcat:9-jdk8-openjdk`. */
export const ON_OPENJDK = /(?:^|-)(?:jdk-\d+|openjdk(?:-\d+)?)(?:-|$)/;

const OLD_DEBIAN = "(?:-(?:stretch|buster|bullseye|bookworm))?";

export const ABANDONED_REPOSITORIES: readonly AbandonedRepository[] = [
	{ repositories: ["centos"], successor: "almalinux or rockylinux" },
	{
		repositories: ["openjdk"],
		// Early-access builds are still published here.
		tag: /^(?!.*-(?:ea|rc))/,
		// Of 2025-11 (docker-library/openjdk#550): what names a line, but no release of it.
		removed: new RegExp(`^\\d{1,2}(?:-jdk|-jre)?(?:-alpine|(?:-slim)?${OLD_DEBIAN})$`),
		successor: "eclipse-temurin",
		rename: [
			{ tag: new RegExp(`^(8|11|17|21)(?:-jdk)?(?:-slim)?${OLD_DEBIAN}$`), reference: "eclipse-temurin:$1-jdk" },
			{ tag: new RegExp(`^(8|11|17|21)-jre(?:-slim)?${OLD_DEBIAN}$`), reference: "eclipse-temurin:$1-jre" },
			{ tag: /^(8|11|17|21)(?:-jdk)?-alpine$/, reference: "eclipse-temurin:$1-jdk-alpine" },
			{ tag: /^(8|11|17|21)-jre-alpine$/, reference: "eclipse-temurin:$1-jre-alpine" },
		],
	},
	{ repositories: ["java", "adoptopenjdk", "adoptopenjdk/*"], successor: "eclipse-temurin" },
	{ repositories: ["maven"], tag: /-openj9(?:-|$)/, ofTags: true, successor: "one on IBM Semeru" },
	{ repositories: ["maven"], tag: ON_OPENJDK, ofTags: true, successor: "one on Eclipse Temurin" },
	{ repositories: ["maven"], tag: /(?:^|-)adoptopenjdk(?:-|$)/, ofTags: true, successor: "one on Eclipse Temurin" },
	{ repositories: ["jenkins", "jenkinsci/jenkins"], successor: "jenkins/jenkins" },
	{ repositories: ["vault"], successor: "hashicorp/vault" },
	{ repositories: ["consul"], successor: "hashicorp/consul" },
	{ repositories: ["sentry"], successor: "getsentry/sentry" },
	{ repositories: ["owncloud"], successor: "owncloud/server" },
	{ repositories: ["rails"], successor: "ruby" },
	{ repositories: ["django"], successor: "python" },
	{ repositories: ["iojs"], successor: "node" },
	{ repositories: ["clearlinux", "clearlinux/*"], successor: "another distribution" },
	{ repositories: ["ubuntu-upstart", "ubuntu-debootstrap"], successor: "ubuntu" },
	// Names of single architectures that Docker's official images had until 2017; Alpine is for ARMv6.
	{ repositories: ["armhf/alpine"], successor: "arm32v6/alpine" },
	{ repositories: ["armhf/*"], successor: "arm32v7/*" },
	{ repositories: ["aarch64/*"], successor: "arm64v8/*" },
	{ repositories: ["circleci/golang"], successor: "cimg/go" },
	{ repositories: ["circleci/buildpack-deps"], successor: "cimg/base" },
	{
		repositories: [
			...["circleci/android", "circleci/clojure", "circleci/elixir", "circleci/mariadb", "circleci/mysql", "circleci/node"],
			...["circleci/openjdk", "circleci/php", "circleci/postgres", "circleci/python", "circleci/redis", "circleci/ruby", "circleci/rust"],
		],
		successor: "cimg/*",
	},
	{ repositories: ["circleci/dynamodb", "circleci/jruby", "circleci/mongo"], successor: "the image of the project itself" },
	// Only `latest` is left there, for trying things out; what had a version was moved.
	{ repositories: ["bitnami/*"], tag: /^\d/, successor: "the image of the project itself" },
	{ repositories: ["bitnamilegacy/*"], successor: "the image of the project itself" },
	{ repositories: ["microsoft/dotnet", "microsoft/aspnetcore", "microsoft/aspnetcore-build"], successor: "mcr.microsoft.com/dotnet" },
	// Today's images are published there, too; what was built from another repository until 2022 has a 0 in front of its version.
	{
		repositories: ["mcr.microsoft.com/vscode/devcontainers/*"],
		tag: /^0(?:[.-]|$)/,
		ofTags: true,
		successor: "mcr.microsoft.com/devcontainers/*",
	},
	{ repositories: ["k8s.gcr.io/*"], successor: "registry.k8s.io" },
	{ repositories: ["gcr.io/google-containers/*", "gcr.io/google_containers/*"], successor: "registry.k8s.io" },
	{ repositories: ["gcr.io/kaniko-project/*"], successor: "a fork that is maintained" },
];
