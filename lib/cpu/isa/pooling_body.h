/*
 * The functions of pooling.h for one element type: included by isa/pooling.c for each, with
 *   T, U, EVEN         the type, the integer of its size, and what takes every other element of two vectors,
 *   NAME(x), TABLE     a function that makes names of its own, and the type of its table of functions.
 */
typedef T NAME(vec) __attribute__((vector_size(VECTOR)));
typedef U NAME(mask) __attribute__((vector_size(VECTOR)));
#define VEC   NAME(vec)
#define MASK  NAME(mask)
#define LANES ((int)(VECTOR / sizeof(T)))
enum { NAME(most) = 4 }; /* vectors at a time */

/* ---- Vectors ---- */

TN_ALWAYS_INLINE VEC NAME(select)(MASK mask, VEC a, VEC b)
{
    return (VEC)((mask & (MASK)a) | (~mask & (MASK)b));
}

/* Every other of 2 * LANES - 1 elements. */
TN_ALWAYS_INLINE VEC NAME(load_even)(const T *at)
{
    VEC low, high;
    memcpy(&low, at, sizeof low);
    memcpy(&high, at + LANES - 1, sizeof high);
    return __builtin_shufflevector(low, high, EVEN);
}

TN_ALWAYS_INLINE VEC NAME(load)(const T *at, const shape s)
{
    VEC v = { 0 };
    if (!s.whole)
        return v + *at;
    if (s.step == 2)
        return NAME(load_even)(at);
    memcpy(&v, at, sizeof v);
    return v;
}

TN_ALWAYS_INLINE void NAME(store)(T *at, VEC v, const shape s)
{
    if (s.whole)
        memcpy(at, &v, sizeof v);
    else
        *at = v[0];
}

/* ---- One window, or a vector of them ---- */

TN_ALWAYS_INLINE void NAME(max_window)(T *y, const T *x, const window *w, const shape s)
{
    VEC most[NAME(most)];
    for (int v = 0; v < s.vectors; v++)
        most[v] = NAME(load)(x + v * LANES * s.step, s);
    for (int64_t r = 0; r < w->rows; r++)
        for (int64_t k = 0; k < w->columns; k++)
            for (int v = 0; v < s.vectors; v++) {
                const VEC e = NAME(load)(x + r * w->row + k * w->column + v * LANES * s.step, s);
                most[v] = NAME(select)((MASK)(e > most[v]) | (MASK)(e != e), e, most[v]); /* NaN wins */
            }
    for (int v = 0; v < s.vectors; v++)
        NAME(store)(y + v * LANES, most[v], s);
}

TN_ALWAYS_INLINE void NAME(average_window)(T *y, const T *x, const window *w, const shape s)
{
    VEC sum[NAME(most)] = { { 0 } };
    for (int64_t r = 0; r < w->rows; r++)
        for (int64_t k = 0; k < w->columns; k++)
            for (int v = 0; v < s.vectors; v++)
                sum[v] += NAME(load)(x + r * w->row + k * w->column + v * LANES * s.step, s);
    for (int v = 0; v < s.vectors; v++)
        NAME(store)(y + v * LANES, sum[v] / (T)(w->rows * w->columns), s);
}

/* Where in the window the largest element is: the first of several, and the first NaN before all. */
TN_ALWAYS_INLINE void NAME(find)(MASK *place, const T *x, const window *w, const shape s)
{
    VEC most[NAME(most)];
    for (int v = 0; v < s.vectors; v++) {
        most[v] = NAME(load)(x + v * LANES * s.step, s);
        place[v] = (MASK){ 0 };
    }
    for (int64_t r = 0; r < w->rows; r++)
        for (int64_t k = 0; k < w->columns; k++)
            for (int v = 0; v < s.vectors; v++) {
                const VEC e = NAME(load)(x + r * w->row + k * w->column + v * LANES * s.step, s);
                const MASK larger = ~(MASK)(e <= most[v]) & (MASK)(most[v] == most[v]),
                           here = (MASK){ 0 } + (U)(r * w->row + k * w->column);
                most[v] = NAME(select)(larger, e, most[v]);
                place[v] = (larger & here) | (~larger & place[v]);
            }
}

TN_ALWAYS_INLINE void NAME(pick_window)(T *y, const T *x, const T *g, const window *w, const shape s)
{
    MASK place[NAME(most)];
    NAME(find)(place, x, w, s);
    for (int v = 0; v < s.vectors; v++)
        for (int l = 0; l < (s.whole ? LANES : 1); l++)
            y[v * LANES + l] = g[place[v][l] + (v * LANES + l) * s.step];
}

/* Lanes that are outputs have one place each; channels are added to at every place, masked. */
TN_ALWAYS_INLINE void NAME(max_grad_window)(T *dx, const T *x, const T *dy, const window *w, const shape s)
{
    MASK place[NAME(most)];
    NAME(find)(place, x, w, s);
    if (s.along) {
        for (int l = w->done; l < (s.whole ? LANES : 1); l++)
            if (place[0][l] >= w->own.first * w->row && place[0][l] < w->own.last * w->row)
                dx[place[0][l] + l * s.step] += dy[l];
        return;
    }
    for (int64_t r = w->own.first; r < w->own.last; r++)
        for (int64_t k = 0; k < w->columns; k++)
            for (int v = 0; v < s.vectors; v++) {
                const MASK here = (MASK)(place[v] == (MASK){ 0 } + (U)(r * w->row + k * w->column));
                T *to = dx + r * w->row + k * w->column + v * LANES;
                NAME(store)(to, NAME(load)(to, s) + NAME(select)(here, NAME(load)(dy + v * LANES, s), (VEC){ 0 }), s);
            }
}

TN_ALWAYS_INLINE void NAME(average_grad_window)(T *dx, const T *dy, const window *w, const shape s)
{
    VEC share[NAME(most)];
    for (int v = 0; v < s.vectors; v++)
        share[v] = NAME(load)(dy + v * LANES, s) / (T)(w->rows * w->columns);
    for (int l = 0; l < w->done; l++)
        share[0][l] = 0;
    for (int64_t r = w->own.first; r < w->own.last; r++)
        for (int64_t k = 0; k < w->columns; k++)
            for (int v = 0; v < s.vectors; v++) {
                T *to = dx + r * w->row + k * w->column + v * LANES;
                NAME(store)(to, NAME(load)(to, s) + share[v], s);
            }
}

/* ---- Rows ---- */

/* What a task reads and writes: y and dy as outputs lie, dx, x and g as inputs. */
typedef struct NAME(data) {
    T *y, *dx;
    const T *x, *g, *dy;
} NAME(data);

TN_ALWAYS_INLINE void NAME(do_window)(const task what, const NAME(data) * d, const window *w, int64_t channel, const shape s)
{
    const int64_t in = w->in + channel, out = w->out + channel;
    switch (what) {
    case MAX:
        NAME(max_window)(d->y + out, d->x + in, w, s);
        break;
    case AVERAGE:
        NAME(average_window)(d->y + out, d->x + in, w, s);
        break;
    case PICK:
        NAME(pick_window)(d->y + out, d->x + in, d->g + in, w, s);
        break;
    case MAX_GRAD:
        NAME(max_grad_window)(d->dx + in, d->x + in, d->dy + out, w, s);
        break;
    case AVERAGE_GRAD:
        NAME(average_grad_window)(d->dx + in, d->dy + out, w, s);
        break;
    }
}

/* The window of output o of row `row`. */
TN_ALWAYS_INLINE window NAME(window_at)(const tn_pooling *p, int64_t image, int64_t row, int64_t o, span own)
{
    const span h = window_of(&p->h, row), w = window_of(&p->w, o), mine = both(h, own);
    return (window){ .in = ((image * p->h.in + h.first) * p->w.in + w.first) * p->channels,
                     .out = ((image * p->h.out + row) * p->w.out + o) * p->channels,
                     .rows = h.last - h.first,
                     .row = p->w.in * p->channels,
                     .columns = w.last - w.first,
                     .column = p->channels,
                     .own = { mine.first - h.first, mine.last - h.first } };
}

TN_ALWAYS_INLINE void NAME(do_channels)(const task what, const NAME(data) * d, const window *w, int64_t channels)
{
    int64_t c = 0;
    for (; c + NAME(most) * LANES <= channels; c += NAME(most) * LANES)
        NAME(do_window)(what, d, w, c, (shape){ .vectors = NAME(most), .step = 1, .whole = true });
    for (; c + LANES <= channels; c += LANES)
        NAME(do_window)(what, d, w, c, (shape){ .vectors = 1, .step = 1, .whole = true });
    for (; c < channels; c++)
        NAME(do_window)(what, d, w, c, (shape){ .vectors = 1, .step = 1 });
}

/* Most windows are of two rows and columns, and all theirs to write: those have loops of a constant length. */
TN_ALWAYS_INLINE void NAME(do_pixel)(const task what, const NAME(data) * d, const window *w, int64_t channels)
{
    const bool forward = what != MAX_GRAD && what != AVERAGE_GRAD;
    if (w->rows == 2 && w->columns == 2 && (forward || w->own.last - w->own.first == 2)) {
        const window four = { w->in, w->out, 2, w->row, 2, w->column, { 0, 2 }, 0 };
        NAME(do_channels)(what, d, &four, channels);
    } else
        NAME(do_channels)(what, d, w, channels);
}

/* One output row of images of one channel: vectors of outputs where the windows are whole and near each other. The last vector goes back
 * over what is done rather than leave a rest. */
TN_ALWAYS_INLINE void NAME(do_along)(const task what, const tn_pooling *p, const NAME(data) * d, int64_t image, int64_t row, span own)
{
    const span inside = outputs_inside(&p->w);
    const bool vectors = p->w.stride <= (what == AVERAGE_GRAD ? 1 : 2) && inside.last - inside.first >= LANES;
    for (int64_t o = 0; o < p->w.out;) {
        const bool many = vectors && o >= inside.first && o < inside.last;
        const int64_t first = many && o + LANES > inside.last ? inside.last - LANES : o;
        window w = NAME(window_at)(p, image, row, first, own);
        w.done = (int)(o - first);
        if (many && p->w.stride == 1)
            NAME(do_window)(what, d, &w, 0, (shape){ .vectors = 1, .step = 1, .whole = true, .along = true });
        else if (many)
            NAME(do_window)(what, d, &w, 0, (shape){ .vectors = 1, .step = 2, .whole = true, .along = true });
        else
            NAME(do_window)(what, d, &w, 0, (shape){ .vectors = 1, .step = 1, .along = true });
        o = first + (many ? LANES : 1);
    }
}

TN_ALWAYS_INLINE void NAME(do_row)(const task what, const tn_pooling *p, const NAME(data) * d, int64_t image, int64_t row, span own)
{
    if (p->channels == 1) {
        NAME(do_along)(what, p, d, image, row, own);
        return;
    }
    for (int64_t o = 0; o < p->w.out; o++) {
        const window w = NAME(window_at)(p, image, row, o, own);
        NAME(do_pixel)(what, d, &w, p->channels);
    }
}

TN_ALWAYS_INLINE void NAME(forward)(const task what, const tn_pooling *p, const NAME(data) * d, int64_t first, int64_t last)
{
    const tn_pooling here = *p; /* which no store can change */
    for (int64_t row = first; row < last; row++)
        NAME(do_row)(what, &here, d, row / p->h.out, row % p->h.out, (span){ 0, 0 });
}

/* Each output that looks at some of the rows gives them what is theirs. */
TN_ALWAYS_INLINE void NAME(backward)(const task what, const tn_pooling *p, const NAME(data) * d, int64_t first, int64_t last)
{
    const tn_pooling here = *p;
    const int64_t row_size = p->w.in * p->channels;
    for (int64_t end; first < last; first = end) {
        const int64_t image = first / p->h.in, top = image * p->h.in;
        end = top + p->h.in < last ? top + p->h.in : last;
        memset(d->dx + first * row_size, 0, (size_t)((end - first) * row_size) * sizeof(T));
        const span own = { first - top, end - top }, rows = outputs_over(&p->h, own);
        for (int64_t row = rows.first; row < rows.last; row++)
            NAME(do_row)(what, &here, d, image, row, own);
    }
}

static void NAME(max)(const tn_pooling *p, T *y, const T *x, int64_t first, int64_t last)
{
    NAME(forward)(MAX, p, &(NAME(data)){ .y = y, .x = x }, first, last);
}

static void NAME(average)(const tn_pooling *p, T *y, const T *x, int64_t first, int64_t last)
{
    NAME(forward)(AVERAGE, p, &(NAME(data)){ .y = y, .x = x }, first, last);
}

static void NAME(pick)(const tn_pooling *p, T *y, const T *x, const T *g, int64_t first, int64_t last)
{
    NAME(forward)(PICK, p, &(NAME(data)){ .y = y, .x = x, .g = g }, first, last);
}

static void NAME(max_grad)(const tn_pooling *p, T *dx, const T *x, const T *dy, int64_t first, int64_t last)
{
    NAME(backward)(MAX_GRAD, p, &(NAME(data)){ .dx = dx, .x = x, .dy = dy }, first, last);
}

static void NAME(average_grad)(const tn_pooling *p, T *dx, const T *dy, int64_t first, int64_t last)
{
    NAME(backward)(AVERAGE_GRAD, p, &(NAME(data)){ .dx = dx, .dy = dy }, first, last);
}

const TABLE TN_ISA_NAME(TABLE) = {
    .max = NAME(max), .average = NAME(average), .pick = NAME(pick), .max_grad = NAME(max_grad), .average_grad = NAME(average_grad)
};

#undef T
#undef U
#undef NAME
#undef TABLE
#undef VEC
#undef MASK
#undef LANES
#undef EVEN
