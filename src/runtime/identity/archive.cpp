#include "runtime/identity/archive.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/crypto/running_hash.hpp"
#include "platform/store/transaction_check.hpp"
#include "runtime/erasure/erasure.hpp"
#include "runtime/identity/key_names.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::identity {

namespace http = platform::http;
namespace jose = protocol::jose;
namespace store = platform::store;
using Services = Archives::Services;

namespace {

constexpr std::size_t page_max = 200;
constexpr std::string_view archive_type = "participant-archive+jws";
const platform::vault::KeyAlias installation_key{"participant-archives"};

constexpr json::EnumNames<ArchivePart, 3> part_names{{{ArchivePart::identity, "identity"},
                                                      {ArchivePart::connector, "connector"},
                                                      {ArchivePart::issuer, "issuer"}}};

/// A member of a stored form that is a secret, a hash of one, or access to what is somebody else's.
struct Kept {
  std::string_view kind;
  std::string_view member;
};
constexpr std::array kept_here{
    Kept{"token-client", "secretHash"},        Kept{"token-client", "endingSecret"},
    Kept{"sharing-application", "secretHash"}, Kept{"sharing-application", "endingSecret"},
    Kept{"issuance-process", "accessToken"},   Kept{"transfer-process", "dataAddress"},
    Kept{"data-flow", "counterAddress"},       Kept{"data-flow", "grant"},
    Kept{"data-flow", "previousGrant"},
};

std::string line(const json::Value& value) {
  return json::serialize(value) + "\n";
}

ArchivePart part_of(std::string_view kind) {
  if (erasure::is_of_identity(kind)) return ArchivePart::identity;
  return erasure::is_of_issuer(kind) ? ArchivePart::issuer : ArchivePart::connector;
}

/// Names of keys that were given out make no sense elsewhere.
bool is_told(std::string_view kind, ArchivePart part) {
  return part_of(kind) == part && kind != KeyNameDocument::kind().name;
}

Result<json::Value> line_of(const store::Record& record) {
  auto content =
      json::parse(record.body, {.bytes_max = store::StoreLimits{}.body_bytes_max, .depth_max = 64});
  if (!content) return fail(std::move(content.error()));
  if (record.kind == SecureTokenAccountDocument::kind().name)
    *content = json::Object{{"client", content->at("client")}};
  for (const auto& each : kept_here) {
    if (each.kind == record.kind && content->is_object()) content->get_object().erase(each.member);
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

struct Signature {
  std::string jws;
  std::optional<json::Value> key = {};  ///< the installation's
};

Task<Result<Signature>> sign_as_installation(const Services& services, std::string payload) {
  const auto installation = store::installation_context();
  auto& vault = services.vault;
  auto key = co_await vault.public_key(installation, installation_key);
  if (!key && key.error().code == ErrorCode::not_found)
    key = co_await vault.create_key(installation, installation_key, crypto::KeyType::p256);
  if (!key && key.error().code == ErrorCode::conflict)
    key = co_await vault.public_key(installation, installation_key);
  if (!key) co_return fail(std::move(key.error()));
  auto input =
      jose::signing_input({.alg = jose::Algorithm::es256, .typ = std::string(archive_type)}, payload);
  auto signature = co_await vault.sign(installation, installation_key, input);
  if (!signature) co_return fail(std::move(signature.error()));
  co_return Signature{.jws = jose::assemble(std::move(input), *signature), .key = jose::write(*key)};
}

Task<Result<Signature>> sign(const Services& services, ContextId context, std::string payload) {
  const auto input = [payload](const protocol::vc::Signer& signer) {
    return jose::signing_input({.alg = signer.alg, .kid = signer.kid, .typ = std::string(archive_type)},
                               payload);
  };
  auto signed_by_owner = co_await services.signing.sign_for_owner(
      std::move(context), domain::key_pair::Usage::sign_credentials, input);
  if (signed_by_owner) co_return Signature{.jws = std::move(*signed_by_owner)};
  if (signed_by_owner.error().code != ErrorCode::not_found)
    co_return fail(std::move(signed_by_owner.error()));
  co_return co_await sign_as_installation(services, std::move(payload));
}

/// One archive on its way out.
class Archive final : public http::BodyStream {
 public:
  Archive(Services services, Archives::Order order) : services_(services), order_(std::move(order)) {
    about_ = json::ObjectWriter()
                 .field("participantContextId", order_.context)
                 .field("did", order_.did)
                 .field("part", part_names.name(order_.part))
                 .field("exportedAt", services_.engine.clock().now())
                 .done();
  }

  Task<Result<std::string>> read() override {
    switch (next_) {
      case Next::beginning: {
        next_ = Next::records;
        auto first = co_await beginning();
        co_return counted(std::move(first));
      }
      case Next::records: {
        auto lines = co_await records();
        if (!lines || !lines->empty()) co_return counted(std::move(lines));
        next_ = Next::nothing;
        auto last = co_await signature();
        co_return last;
      }
      case Next::nothing:
        break;
    }
    co_return std::string();
  }

 private:
  enum class Next : std::uint8_t { beginning, records, nothing };

  Result<std::string> counted(Result<std::string> piece) {
    if (!piece) return piece;
    lines_ += static_cast<std::size_t>(std::ranges::count(*piece, '\n'));
    digest_.add(*piece);
    return piece;
  }

  Task<Result<std::string>> beginning() {
    auto first = about_;
    first.as_object()["type"] = "ParticipantArchive";
    first.as_object()["version"] = 1;
    auto text = line(first);
    if (order_.part != ArchivePart::identity) co_return text;
    auto document = co_await services_.contexts.document(order_.context);
    if (!document) co_return fail(std::move(document.error()));
    text += line(json::ObjectWriter()
                     .field("type", "DidDocument")
                     .field("content", protocol::did::write(*document))
                     .done());
    co_return text;
  }

  /// The lines of the next page that has any; empty: there is none.
  Task<Result<std::string>> records() {
    std::string lines;
    while (lines.empty() && !all_read_) {
      auto page = co_await services_.engine.store().export_all(order_.context, cursor_, page_max);
      if (!page) co_return fail(std::move(page.error()));
      for (const auto& record : page->records) {
        if (!is_told(record.kind, order_.part)) continue;
        auto told = line_of(record);
        if (!told) co_return fail(std::move(told.error()), "read the {} '{}'", record.kind, record.id);
        lines += line(*told);
      }
      cursor_ = page->next.value_or("");
      all_read_ = cursor_.empty();
    }
    co_return lines;
  }

  Task<Result<std::string>> signature() {
    auto said = about_;
    said.as_object()["lines"] = lines_;
    said.as_object()["sha256"] = digest_.hex();
    auto signature = co_await sign(services_, order_.context, json::serialize(said));
    if (!signature) co_return fail(std::move(signature.error()), "sign the archive");
    co_return line(json::ObjectWriter()
                       .field("type", "Signature")
                       .field("jws", signature->jws)
                       .field("key", signature->key)
                       .done());
  }

  Services services_;
  Archives::Order order_;
  json::Value about_;
  Next next_ = Next::beginning;
  std::string cursor_;
  bool all_read_ = false;
  std::size_t lines_ = 0;
  crypto::RunningSha256 digest_;
};

}  // namespace

std::shared_ptr<http::BodyStream> Archives::make(Order order) {
  return std::make_shared<Archive>(services_, std::move(order));
}

http::Response archive_response(std::shared_ptr<http::BodyStream> archive) {
  http::Response response{200, {}, {.text = {}, .stream = std::move(archive)}};
  response.headers.set("Content-Type", "application/x-ndjson");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace kontor::runtime::identity
