/** Loaded when it is asked for, so that it is a script of its own. */
export function averageStars(reviews: readonly { readonly stars?: { readonly count: number } }[]) {
  const counts = reviews.map((review) => {
    if (!review.stars) throw new Error("A review without stars");
    return review.stars.count;
  });
  return counts.reduce((sum, count) => sum + count, 0) / counts.length;
}
