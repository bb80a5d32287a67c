#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// What OpenSSL has as macros, which Swift can't see.

static inline void tandem_ctx_set_options(SSL_CTX *ctx) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
                                 | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // What waits to be written may have moved in memory, and idle connections hold no buffers.
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                              | SSL_MODE_RELEASE_BUFFERS);
    // A peer that sends nothing but key updates gets one of them looked at per read, like anybody's message.
    SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
}
static inline void tandem_ctx_set_cache_mode(SSL_CTX *ctx, int mode) { SSL_CTX_set_session_cache_mode(ctx, mode); }
static inline int tandem_ctx_set_min_version(SSL_CTX *ctx, int version) {
    return (int)SSL_CTX_set_min_proto_version(ctx, version);
}
static inline int tandem_ctx_set_max_version(SSL_CTX *ctx, int version) {
    return (int)SSL_CTX_set_max_proto_version(ctx, version);
}
static inline int tandem_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline void tandem_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void tandem_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void tandem_bio_retry_write(BIO *bio) { BIO_set_retry_write(bio); }
static inline void tandem_print_name(BIO *bio, const X509_NAME *name) { X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253); }

// The entries of a subjectAltName, in the stacks of OpenSSL that only macros can read.

static inline int tandem_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline const GENERAL_NAME *tandem_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline const ASN1_STRING *tandem_name_text(const GENERAL_NAME *name) {
    switch (name->type) {
        case GEN_DNS: return name->d.dNSName;
        case GEN_URI: return name->d.uniformResourceIdentifier;
        case GEN_IPADD: return name->d.iPAddress;
        default: return 0;
    }
}
