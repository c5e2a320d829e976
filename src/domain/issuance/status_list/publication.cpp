#include "domain/issuance/status_list/publication.hpp"

#include <array>

#include "base/json/stored.hpp"
#include "domain/issuance/status_list/codec.hpp"

namespace kontor::domain::issuance::status_list {

Result<void> read(const json::Node& node, Publication& out) {
  json::ObjectReader in(node);
  in.required("list", out.list).required("token", out.token).required("of", out.of);
  return in.done();
}

json::Value write(const Publication& publication) {
  return json::ObjectWriter()
      .field("list", publication.list)
      .field("token", publication.token)
      .field("of", publication.of)
      .done();
}

const entity::Kind& PublicationDocument::kind() {
  static constexpr std::array fields{entity::Field{.name = "list", .path = "list"}};
  static constexpr entity::Kind kind{.name = "status-list-publication", .fields = fields};
  return kind;
}

std::string PublicationDocument::encode(const Entity& publication) {
  return json::encode(publication);
}

Result<Publication> PublicationDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Publication>(stored);
}

static_assert(entity::Document<PublicationDocument>);

}  // namespace kontor::domain::issuance::status_list
