#include "runtime/identity/archive.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"
#include "runtime/erasure/erasure.hpp"
#include "runtime/identity/key_names.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::identity {

namespace jose = protocol::jose;
namespace store = platform::store;

namespace {

constexpr std::size_t page_max = 200;
constexpr std::string_view archive_type = "participant-archive+jws";
const platform::vault::KeyAlias installation_key{"participant-archives"};

std::string line(const json::Value& value) {
  return json::serialize(value) + "\n";
}

/// Which kinds make no sense elsewhere.
bool is_told(std::string_view kind) {
  return erasure::is_of_identity(kind) && kind != KeyNameDocument::kind().name;
}

Result<json::Value> line_of(const store::Record& record) {
  auto content = json::parse(record.body);
  if (!content) return fail(std::move(content.error()));
  if (record.kind == SecureTokenAccountDocument::kind().name) {
    *content = json::Object{{"client", content->at("client")}};
  }
  return json::ObjectWriter()
      .field("type", record.kind)
      .field("id", record.id)
      .field("version", record.version)
      .field("createdAt", record.created_at)
      .field("updatedAt", record.updated_at)
      .field("content", *content)
      .done();
}

}  // namespace

Task<Result<std::string>> Archives::make(ContextId context) {
  auto loaded = co_await services_.contexts.load(context);
  if (!loaded) co_return fail(std::move(loaded.error()));
  json::ObjectWriter about;
  about.field("participantContextId", context)
      .field("did", loaded->entity.did)
      .field("exportedAt", services_.engine.clock().now());
  auto head = about.done();
  auto document = co_await services_.contexts.document(context);
  if (!document) co_return fail(std::move(document.error()));
  auto first = head;
  first.as_object()["type"] = "ParticipantArchive";
  first.as_object()["version"] = 1;
  auto archive = line(first);
  archive += line(json::ObjectWriter()
                      .field("type", "DidDocument")
                      .field("content", protocol::did::write(*document))
                      .done());
  auto lines = co_await lines_of(context);
  if (!lines) co_return fail(std::move(lines.error()));
  archive += *lines;
  head.as_object()["lines"] = std::ranges::count(archive, '\n');
  head.as_object()["sha256"] = crypto::sha256_hex(archive);
  auto signature = co_await sign(std::move(context), json::serialize(head));
  if (!signature) co_return fail(std::move(signature.error()), "sign the archive");
  archive += line(json::ObjectWriter()
                      .field("type", "Signature")
                      .field("jws", signature->jws)
                      .field("key", signature->key)
                      .done());
  co_return archive;
}

Task<Result<std::string>> Archives::lines_of(ContextId context) {
  std::string lines;
  std::string cursor;
  do {
    auto page = co_await services_.engine.store().export_all(context, cursor, page_max);
    if (!page) co_return fail(std::move(page.error()));
    for (const auto& record : page->records) {
      if (!is_told(record.kind)) continue;
      auto told = line_of(record);
      if (!told) co_return fail(std::move(told.error()), "read the {} '{}'", record.kind, record.id);
      lines += line(*told);
    }
    if (lines.size() > archive_bytes_max)
      co_return fail(ErrorCode::too_large, "the archive has more than {} bytes", archive_bytes_max);
    cursor = page->next.value_or("");
  } while (!cursor.empty());
  co_return lines;
}

Task<Result<Archives::Signature>> Archives::sign(ContextId context, std::string payload) {
  const auto input = [payload](const protocol::vc::Signer& signer) {
    return jose::signing_input({.alg = signer.alg, .kid = signer.kid, .typ = std::string(archive_type)},
                               payload);
  };
  auto signed_by_owner = co_await services_.signing.sign_for_owner(
      std::move(context), domain::key_pair::Usage::sign_credentials, input);
  if (signed_by_owner) co_return Signature{.jws = std::move(*signed_by_owner)};
  if (signed_by_owner.error().code != ErrorCode::not_found)
    co_return fail(std::move(signed_by_owner.error()));
  co_return co_await sign_as_installation(std::move(payload));
}

Task<Result<Archives::Signature>> Archives::sign_as_installation(std::string payload) {
  const auto installation = store::installation_context();
  auto key = co_await services_.vault.public_key(installation, installation_key);
  if (!key && key.error().code == ErrorCode::not_found)
    key = co_await services_.vault.create_key(installation, installation_key, crypto::KeyType::p256);
  if (!key && key.error().code == ErrorCode::conflict)
    key = co_await services_.vault.public_key(installation, installation_key);
  if (!key) co_return fail(std::move(key.error()));
  auto input =
      jose::signing_input({.alg = jose::Algorithm::es256, .typ = std::string(archive_type)}, payload);
  auto signature = co_await services_.vault.sign(installation, installation_key, input);
  if (!signature) co_return fail(std::move(signature.error()));
  co_return Signature{.jws = jose::assemble(std::move(input), *signature), .key = jose::write(*key)};
}

}  // namespace kontor::runtime::identity
