/** Further in the future than any clock goes, yet exact as a number; epoch ms. */
export const NEVER = 8_640_000_000_000_000;
