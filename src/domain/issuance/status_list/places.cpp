#include "domain/issuance/status_list/places.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/json/stored.hpp"
#include "domain/issuance/status_list/codec.hpp"

namespace kontor::domain::issuance::status_list {
namespace {

constexpr std::size_t bytes_a_place = 8;

std::uint64_t number_of(BytesView randomness) {
  std::uint64_t number = 0;
  for (auto byte : randomness) number = (number << 8) | std::to_integer<std::uint64_t>(byte);
  return number;
}

std::uint64_t free_in(BytesView bytes) {
  std::uint64_t taken = 0;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    taken += static_cast<std::uint64_t>(std::popcount(word));
  }
  for (; at < bytes.size(); ++at)
    taken += static_cast<std::uint64_t>(std::popcount(std::to_integer<unsigned char>(bytes[at])));
  return bytes.size() * 8 - taken;
}

/// The free place with so many free ones before it, which there is: found piece by piece.
std::uint64_t free_place(BytesView taken, std::uint64_t skip) {
  std::size_t at = 0;
  for (std::size_t piece : {256u, 16u, 1u}) {
    for (;;) {
      const auto free = free_in(taken.subspan(at, std::min(piece, taken.size() - at)));
      if (skip < free) break;
      skip -= free;
      at += piece;
    }
  }
  const auto byte = std::to_integer<unsigned char>(taken[at]);
  std::uint64_t bit = 0;
  for (;; ++bit) {
    const bool is_free = (byte & (0x80U >> bit)) == 0;
    if (is_free && skip-- == 0) return at * 8 + bit;
  }
}

}  // namespace

Result<void> read(const json::Node& node, Places& out) {
  json::ObjectReader in(node);
  in.required("list", out.list).required("purpose", out.purpose).required("open", out.open);
  auto kind = in.member("kind");
  auto taken = in.member("taken");
  if (!kind) in.refuse("kind", "is required");
  if (!taken) in.refuse("taken", "is required");
  if (auto done = in.done(); !done) return done;
  if (auto done = json::read_enum(*kind, kind_names, out.kind); !done) return done;
  return read_bits(*taken, out.taken);
}

json::Value write(const Places& places) {
  return json::ObjectWriter()
      .field("list", places.list)
      .field("kind", kind_names.name(places.kind))
      .field("purpose", places.purpose)
      .field("taken", write_bits(places.taken))
      .field("open", places.open)
      .done();
}

std::uint64_t free_places(const Places& places) {
  return places.taken.size_bits() - places.taken.count();
}

std::vector<std::uint64_t> take_places(Places& places, BytesView randomness) {
  std::vector<std::uint64_t> given;
  auto free = free_places(places);
  for (; randomness.size() >= bytes_a_place && free > 0; --free) {
    const auto index = free_place(places.taken.bytes(), number_of(randomness.first(bytes_a_place)) % free);
    randomness = randomness.subspan(bytes_a_place);
    [[maybe_unused]] auto done = places.taken.set(index, true);
    given.push_back(index);
  }
  places.open = free > 0;
  return given;
}

const entity::Kind& PlacesDocument::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "list", .path = "list"},
      entity::Field{.name = "kind", .path = "kind"},
      entity::Field{.name = "purpose", .path = "purpose"},
      entity::Field{.name = "open", .path = "open", .type = entity::FieldType::boolean},
  };
  static constexpr entity::Kind kind{.name = "status-list-places", .fields = fields};
  return kind;
}

std::string PlacesDocument::encode(const Entity& places) {
  return json::encode(places);
}

Result<Places> PlacesDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Places>(stored);
}

static_assert(entity::Document<PlacesDocument>);

}  // namespace kontor::domain::issuance::status_list
