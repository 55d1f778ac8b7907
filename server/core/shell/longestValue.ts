/** Characters. A longer value is no name, path or address that anybody meant; one that grows beyond it by substitution is given up. */
export const LONGEST_VALUE = 16_384;
