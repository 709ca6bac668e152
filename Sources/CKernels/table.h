// The level's table, from the functions that the headers before this one define. TABLE is its name.
const kindred_kernels TABLE = {
    .product = product,
    .row_products = row_products,
    .row_products_i8 = row_products_i8,
    .row_argmin2 = row_argmin2,
    .row_squared_distances = row_squared_distances,
    .row_square_root = row_square_root,
    .row_at_most = row_at_most,
    .row_other_labels = row_other_labels,
    .sum = sum,
    .squared_norm = squared_norm,
    .dot = dot,
    .squared_distance = squared_distance,
    .accumulate = accumulate,
    .subtract = subtract,
};
