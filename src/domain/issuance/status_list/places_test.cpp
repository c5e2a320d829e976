#include "domain/issuance/status_list/places.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::status_list;
namespace vc = kontor::protocol::vc;

namespace {

Bytes random_bytes(const std::vector<std::uint64_t>& numbers) {
  Bytes bytes;
  for (auto number : numbers) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::byte>(number >> shift));
  }
  return bytes;
}

Places with_taken(const std::vector<std::uint64_t>& indexes) {
  Places places{.list = StatusListId{"list-1"}};
  for (auto index : indexes) EXPECT_TRUE(places.taken.set(index, true));
  return places;
}

/// Full but for these.
Places with_free(const std::vector<std::uint64_t>& indexes) {
  Places places{.list = StatusListId{"list-1"}};
  places.taken = vc::Bitstring::of_bytes(Bytes(places.taken.size_bits() / 8, std::byte{0xFF}));
  for (auto index : indexes) EXPECT_TRUE(places.taken.set(index, false));
  return places;
}

std::uint64_t taken_with(Places places, std::uint64_t number) {
  return take_places(places, random_bytes({number})).at(0);
}

}  // namespace

TEST(StatusListPlaces, are_chosen_uniformly_among_the_free_ones) {
  const auto places = with_taken({0, 1, 2, 5});
  EXPECT_EQ(taken_with(places, 0), 3u);
  EXPECT_EQ(taken_with(places, 1), 4u);
  EXPECT_EQ(taken_with(places, 2), 6u);
  EXPECT_EQ(taken_with(places, free_places(places) - 1), 131'071u);
  EXPECT_EQ(taken_with(places, free_places(places)), 3u);
}

TEST(StatusListPlaces, a_list_that_is_full_gives_what_it_has_and_is_closed) {
  auto places = with_free({9, 70'000});
  EXPECT_TRUE(places.open);
  EXPECT_EQ(take_places(places, random_bytes({1, 0, 5})), (std::vector<std::uint64_t>{70'000, 9}));
  EXPECT_FALSE(places.open);
  EXPECT_EQ(free_places(places), 0u);
  EXPECT_TRUE(take_places(places, random_bytes({1})).empty());
}

TEST(StatusListPlaces, none_is_given_out_twice) {
  EXPECT_TRUE(rc::check([](const std::vector<std::vector<std::uint64_t>>& rounds) {
    Places places{.list = StatusListId{"list-1"}};
    std::set<std::uint64_t> given;
    for (const auto& numbers : rounds) {
      if (given.size() > 200) break;
      const auto more = take_places(places, random_bytes(numbers));
      RC_ASSERT(more.size() == numbers.size());
      for (auto index : more) {
        RC_ASSERT(index < places.taken.size_bits());
        RC_ASSERT(given.insert(index).second);
        RC_ASSERT(places.taken.test(index).value());
      }
    }
    RC_ASSERT(free_places(places) == places.taken.size_bits() - given.size());
  }));
}

TEST(StatusListPlaces, the_stored_form_keeps_everything) {
  auto places = with_taken({7, 131'071});
  places.kind = vc::StatusKind::status_list_2021;
  places.purpose = "suspension";
  places.open = false;
  EXPECT_EQ(PlacesDocument::decode(PlacesDocument::encode(places), 1).value(), places);
}
