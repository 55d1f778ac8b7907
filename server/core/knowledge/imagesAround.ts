/**
 * Images that others build around a language or a server, with tags of their own.
 * Source: the pages of the images in devcontainers/images and microsoft/vscode-dev-containers, and those of CircleCI's convenience
 * images, and AWS's table of Lambda runtimes, which end with the language. Read 2026-11.
 */
export interface ImageAround {
	/** In full, without `docker.io/`. */
	readonly repositories: readonly string[];
	/** By its name in the table of support ends. */
	readonly product: string;
	/** What stands in front of the line in the tag; it matches only where a line follows. */
	readonly front: RegExp;
}

const AT_START = /^/;

export const IMAGES_AROUND: readonly ImageAround[] = [
	developmentContainer("Node.js", "\\d\\d", "javascript-node", "typescript-node"),
	developmentContainer("Python", "3\\.(?:[6-9]|1\\d)", "python"),
	developmentContainer("Ruby", "2\\.[5-9]|3\\.[2-9]", "ruby"),
	developmentContainer("PHP", "[78]\\.\\d", "php"),
	developmentContainer("Go", "1\\.(?:1[5-9]|2\\d)", "go"),
	developmentContainer("Java", "[12]\\d", "java"),
	developmentContainer(".NET", "(?:[5-9]|[1-9]\\d)\\.0", "dotnet"),
	{ repositories: ["cimg/node"], product: "Node.js", front: AT_START },
	{ repositories: ["cimg/python"], product: "Python", front: AT_START },
	{ repositories: ["cimg/ruby"], product: "Ruby", front: AT_START },
	{ repositories: ["cimg/php"], product: "PHP", front: AT_START },
	{ repositories: ["cimg/go"], product: "Go", front: AT_START },
	{ repositories: ["cimg/openjdk"], product: "Java", front: AT_START },
	{ repositories: ["cimg/postgres"], product: "PostgreSQL", front: AT_START },
	{ repositories: ["cimg/mysql"], product: "MySQL", front: AT_START },
	{ repositories: ["cimg/mariadb"], product: "MariaDB", front: AT_START },
	{ repositories: ["cimg/redis"], product: "Redis", front: AT_START },
	{ repositories: ["public.ecr.aws/lambda/nodejs", "amazon/aws-lambda-nodejs"], product: "Node.js", front: AT_START },
	{ repositories: ["public.ecr.aws/lambda/python", "amazon/aws-lambda-python"], product: "Python", front: AT_START },
	{ repositories: ["public.ecr.aws/lambda/ruby", "amazon/aws-lambda-ruby"], product: "Ruby", front: AT_START },
];

/**
 * Tags are `[release of the image-]line[-distribution]`, but also `release-distribution`: a number in front of everything is the line
 * where it looks like one that releases, which have come to 4, are far from.
 */
function developmentContainer(product: string, line: string, ...names: readonly string[]): ImageAround {
	return {
		repositories: names.flatMap((name) => [`mcr.microsoft.com/devcontainers/${name}`, `mcr.microsoft.com/vscode/devcontainers/${name}`]),
		product,
		front: new RegExp(`^(?:\\d+(?:\\.\\d+){0,2}-(?=\\d)|(?=(?:${line})(?:[.-]|$)))`),
	};
}
