#include "include/CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The numbers of libcurl's binary interface, which have stayed as they are since version 7.16: no header is needed to
// build with.
enum {
    GLOBAL_ALL = 3,
    WRITEDATA = 10001, URL = 10002, ERRORBUFFER = 10010, HTTPHEADER = 10023, HEADERDATA = 10029,
    XFERINFODATA = 10057, CAINFO = 10065,
    WRITEFUNCTION = 20011, HEADERFUNCTION = 20079, XFERINFOFUNCTION = 20219,
    LOW_SPEED_LIMIT = 19, LOW_SPEED_TIME = 20, NOPROGRESS = 43, CONNECTTIMEOUT = 78, BUFFERSIZE = 98, NOSIGNAL = 99,
    PROTOCOLS = 181,
    INFO_RESPONSE_CODE = 0x200002, INFO_REDIRECT_URL = 0x10001f,
    PROTOCOL_HTTP = 1, PROTOCOL_HTTPS = 2,
    PART_URL = 0, PART_SCHEME = 1, PART_HOST = 5, PART_PORT = 6, PART_DEFAULT_PORT = 1,
};

// Codes that another try does not change.
enum {
    UNSUPPORTED_PROTOCOL = 1, FAILED_INIT = 2, MALFORMED_URL = 3, WRITE_ERROR = 23, OUT_OF_MEMORY = 27,
    ABORTED_BY_CALLBACK = 42, SSL_CERTPROBLEM = 58, PEER_FAILED_VERIFICATION = 60, SSL_CACERT_BADFILE = 77,
};

typedef int (*progress_function)(void *, int64_t, int64_t, int64_t, int64_t);
typedef size_t (*data_function)(char *, size_t, size_t, void *);

struct curl_slist;

static struct {
    int (*global_init)(long);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    void (*easy_reset)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_getinfo)(void *, int, ...);
    int (*easy_perform)(void *);
    const char *(*easy_strerror)(int);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
    void *(*url)(void);
    int (*url_set)(void *, int, const char *, unsigned);
    int (*url_get)(void *, int, char **, unsigned);
    void (*url_cleanup)(void *);
    void (*free)(void *);
} functions;

static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct kindred_curl {
    void *handle;
    char message[256];
};

static void find(void *library, void **function, const char *name) {
    *function = dlsym(library, name);
    if (!*function && !problem[0])
        snprintf(problem, sizeof(problem), "libcurl lacks the function %s; install Debian's libcurl4", name);
}

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    const char *reason = library ? NULL : dlerror();
    if (reason) snprintf(problem, sizeof(problem), "libcurl cannot be loaded (%s); install it with: apt-get install libcurl4", reason);
    // Debian's other builds of the same interface, of which git needs one.
    if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    problem[0] = 0;
    find(library, (void **)&functions.global_init, "curl_global_init");
    find(library, (void **)&functions.easy_init, "curl_easy_init");
    find(library, (void **)&functions.easy_cleanup, "curl_easy_cleanup");
    find(library, (void **)&functions.easy_reset, "curl_easy_reset");
    find(library, (void **)&functions.easy_setopt, "curl_easy_setopt");
    find(library, (void **)&functions.easy_getinfo, "curl_easy_getinfo");
    find(library, (void **)&functions.easy_perform, "curl_easy_perform");
    find(library, (void **)&functions.easy_strerror, "curl_easy_strerror");
    find(library, (void **)&functions.slist_append, "curl_slist_append");
    find(library, (void **)&functions.slist_free_all, "curl_slist_free_all");
    find(library, (void **)&functions.url, "curl_url");
    find(library, (void **)&functions.url_set, "curl_url_set");
    find(library, (void **)&functions.url_get, "curl_url_get");
    find(library, (void **)&functions.url_cleanup, "curl_url_cleanup");
    find(library, (void **)&functions.free, "curl_free");
    if (!problem[0] && functions.global_init(GLOBAL_ALL) != 0)
        snprintf(problem, sizeof(problem), "libcurl cannot be started");
}

const char *kindred_curl_problem(void) {
    pthread_once(&once, load);
    return problem;
}

kindred_curl *kindred_curl_make(void) {
    if (kindred_curl_problem()[0]) return NULL;
    kindred_curl *curl = calloc(1, sizeof(kindred_curl));
    if (!curl) return NULL;
    curl->handle = functions.easy_init();
    if (curl->handle) return curl;
    free(curl);
    return NULL;
}

void kindred_curl_free(kindred_curl *curl) {
    if (!curl) return;
    functions.easy_cleanup(curl->handle);
    free(curl);
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
    const kindred_curl_request *request = context;
    return request->header(request->context, bytes, size * count) == 0 ? size * count : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    const kindred_curl_request *request = context;
    // A failure is any number but that of the bytes, and none may have come.
    return request->body(request->context, (const uint8_t *)bytes, size * count) == 0 ? size * count : SIZE_MAX;
}

static int take_progress(void *context, int64_t a, int64_t b, int64_t c, int64_t d) {
    (void)a, (void)b, (void)c, (void)d;
    const kindred_curl_request *request = context;
    return request->tick(request->context);
}

static int kind_of(int code) {
    switch (code) {
    case 0: return KINDRED_CURL_DONE;
    case WRITE_ERROR:
    case ABORTED_BY_CALLBACK: return KINDRED_CURL_STOPPED;
    case UNSUPPORTED_PROTOCOL:
    case FAILED_INIT:
    case MALFORMED_URL:
    case OUT_OF_MEMORY:
    case SSL_CERTPROBLEM:
    case PEER_FAILED_VERIFICATION:
    case SSL_CACERT_BADFILE: return KINDRED_CURL_REFUSED;
    default: return KINDRED_CURL_BROKEN;
    }
}

int kindred_curl_get(kindred_curl *curl, const kindred_curl_request *request, long *status) {
    void *handle = curl->handle;
    *status = 0;
    curl->message[0] = 0;
    struct curl_slist *headers = NULL;
    for (size_t i = 0; i < request->header_count; i++) {
        struct curl_slist *longer = functions.slist_append(headers, request->headers[i]);
        if (!longer) {
            functions.slist_free_all(headers);
            return KINDRED_CURL_REFUSED;
        }
        headers = longer;
    }
    // Connections stay open over a reset.
    functions.easy_reset(handle);
    functions.easy_setopt(handle, ERRORBUFFER, curl->message);
    functions.easy_setopt(handle, URL, request->url);
    functions.easy_setopt(handle, HTTPHEADER, headers);
    functions.easy_setopt(handle, PROTOCOLS, (long)(PROTOCOL_HTTP | PROTOCOL_HTTPS));
    functions.easy_setopt(handle, NOSIGNAL, 1L);
    functions.easy_setopt(handle, NOPROGRESS, 0L);
    functions.easy_setopt(handle, BUFFERSIZE, 1L << 18);
    functions.easy_setopt(handle, CONNECTTIMEOUT, request->timeout_seconds);
    functions.easy_setopt(handle, LOW_SPEED_LIMIT, 1L);
    functions.easy_setopt(handle, LOW_SPEED_TIME, request->timeout_seconds);
    if (request->certificates) functions.easy_setopt(handle, CAINFO, request->certificates);
    functions.easy_setopt(handle, HEADERFUNCTION, (data_function)take_header);
    functions.easy_setopt(handle, HEADERDATA, request);
    functions.easy_setopt(handle, WRITEFUNCTION, (data_function)take_body);
    functions.easy_setopt(handle, WRITEDATA, request);
    functions.easy_setopt(handle, XFERINFOFUNCTION, (progress_function)take_progress);
    functions.easy_setopt(handle, XFERINFODATA, request);
    int code = functions.easy_perform(handle);
    functions.easy_getinfo(handle, INFO_RESPONSE_CODE, status);
    functions.easy_setopt(handle, HTTPHEADER, NULL);
    functions.slist_free_all(headers);
    if (code != 0 && !curl->message[0])
        snprintf(curl->message, sizeof(curl->message), "%s", functions.easy_strerror(code));
    return kind_of(code);
}

const char *kindred_curl_redirect(kindred_curl *curl) {
    char *address = NULL;
    functions.easy_getinfo(curl->handle, INFO_REDIRECT_URL, &address);
    return address;
}

const char *kindred_curl_message(const kindred_curl *curl) { return curl->message; }

int kindred_curl_origin(const char *url, char *origin, size_t capacity) {
    if (kindred_curl_problem()[0]) return 0;
    void *parts = functions.url();
    if (!parts) return 0;
    char *scheme = NULL, *host = NULL, *port = NULL;
    int fits = 0;
    if (functions.url_set(parts, PART_URL, url, 0) == 0 && functions.url_get(parts, PART_SCHEME, &scheme, 0) == 0
        && functions.url_get(parts, PART_HOST, &host, 0) == 0
        && functions.url_get(parts, PART_PORT, &port, PART_DEFAULT_PORT) == 0
        && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0)) {
        int length = snprintf(origin, capacity, "%s://%s:%s", scheme, host, port);
        fits = length > 0 && (size_t)length < capacity;
        for (char *letter = origin; fits && *letter; letter++)
            if (*letter >= 'A' && *letter <= 'Z') *letter += 'a' - 'A';
    }
    functions.free(scheme);
    functions.free(host);
    functions.free(port);
    functions.url_cleanup(parts);
    return fits;
}
