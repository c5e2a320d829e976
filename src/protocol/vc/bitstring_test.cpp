#include "protocol/vc/bitstring.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zlib.h>

#include "base/text/encoding.hpp"

using namespace kontor;
using namespace kontor::protocol::vc;

namespace {

/// Examples 2 and 4 of Bitstring Status List: 131,072 bits, none set.
constexpr std::string_view example = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";

std::string gzipped(const Bytes& plain) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes packed(deflateBound(&stream, plain.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return text::base64url_encode(packed);
}

}  // namespace

TEST(Bitstring, the_example_of_the_specification_is_read) {
  auto bits = decode_bitstring(example).value();
  EXPECT_EQ(bits.size_bits(), 131'072u);
  EXPECT_EQ(bits.count(), 0u);
  EXPECT_EQ(bits, Bitstring());
}

TEST(Bitstring, index_zero_is_the_most_significant_bit_of_the_first_byte) {
  Bitstring bits;
  ASSERT_TRUE(bits.set(0, true));
  ASSERT_TRUE(bits.set(10, true));
  EXPECT_EQ(bits.bytes()[0], std::byte{0x80});
  EXPECT_EQ(bits.bytes()[1], std::byte{0x20});
  EXPECT_TRUE(bits.test(10).value());
  EXPECT_FALSE(bits.test(11).value());
  ASSERT_TRUE(bits.set(0, false));
  EXPECT_EQ(bits.count(), 1u);
}

TEST(Bitstring, a_list_has_at_least_the_size_that_hides_its_members) {
  EXPECT_EQ(Bitstring(1).size_bits(), 131'072u);
  EXPECT_EQ(Bitstring(200'001).size_bits(), 200'008u);
  EXPECT_EQ(Bitstring(1ULL << 60).size_bits(), Bitstring::size_bits_max);
}

TEST(Bitstring, an_index_beyond_the_end_is_refused) {
  Bitstring bits;
  EXPECT_EQ(bits.test(131'072).error().code, ErrorCode::not_found);
  EXPECT_EQ(bits.set(131'072, true).error().code, ErrorCode::not_found);
  EXPECT_TRUE(bits.test(131'071));
}

TEST(Bitstring, what_is_encoded_is_read_in_all_the_forms_that_are_in_use) {
  Bitstring bits;
  ASSERT_TRUE(bits.set(94'567, true));
  const auto encoded = encode_bitstring(bits);
  EXPECT_TRUE(encoded.starts_with("uH4sI"));
  EXPECT_EQ(decode_bitstring(encoded).value(), bits);
  EXPECT_EQ(decode_bitstring(encode_bitstring_2021(bits)).value(), bits);
  const auto packed = text::base64url_decode(encode_bitstring_2021(bits)).value();
  EXPECT_EQ(decode_bitstring(text::base64_encode(packed)).value(), bits);
}

// Written with Python's gzip and base64: the specification's examples have no bit set.
TEST(Bitstring, lists_of_another_implementation_have_the_bits_set_that_it_set) {
  struct Vector {
    std::string_view encoded;
    std::uint64_t size_bits;
    std::vector<std::uint64_t> set;
  };
  const std::vector<std::uint64_t> five{0, 7, 8, 94'567, 131'071};
  const std::vector<Vector> vectors{
      {"uH4sIAAAAAAACA-3QAREAAAQEMN-c5nJwW4RNFwAAAAAAAAAAAAAAz0QBAAAAwDVZrxDDXQBAAAA", 131'072, five},
      {"H4sIAAAAAAAEA+3QAQEAAATEQN+"
       "c5npwa7CbLhEgQIAAAQIECBAgQIAAAQIECBAgQIAAAQIECBAgQIAAAQIECBAgQIAAAQIECBAgQIDA"
       "MYEc+7FDgAABAgQIECBAgAABAgQIEHggkAWvEMNdAEAAAA==",
       131'072, five},
      {"uH4sIAAAAAAACA-3BMQEAAAjAoEWxf0pt4QPUmQAAAAAAAAAAAAAAAAAAAIBHCzOa7TAAQAAA", 131'072, {42}},
      {"H4sIAAAAAAACA-3BMQEAAAjAoEWxf0pt4QPUmQAAAAAAAAAAAAAAAAAAAIBHCzOa7TAAQAAA", 131'072, {42}},
      {"uH4sIAAAAAAACA3NgGAWjYBSMglEwCkbBCAOMAH6rV6kACAAA", 16'384, {1, 16'383}},
  };
  for (const auto& vector : vectors) {
    const auto bits = decode_bitstring(vector.encoded);
    ASSERT_TRUE(bits) << vector.encoded << bits.error().message();
    EXPECT_EQ(bits->size_bits(), vector.size_bits);
    std::vector<std::uint64_t> set;
    for (std::uint64_t index = 0; index < bits->size_bits(); ++index) {
      if (bits->test(index).value()) set.push_back(index);
    }
    EXPECT_EQ(set, vector.set) << vector.encoded;
  }
  const auto all =
      decode_bitstring("uH4sIAAAAAAACA-3BMQEAAADCoP6pZwwfoAAAAAAAAAAAAAAAAAAAAIC3AdM3C2kAQAAA").value();
  EXPECT_EQ(all.size_bits(), 131'072u);
  EXPECT_EQ(all.count(), 131'072u);
}

TEST(Bitstring, a_smaller_list_of_somebody_else_is_read) {
  Bytes plain(2048);
  plain[0] = std::byte{0x40};
  auto bits = decode_bitstring("u" + gzipped(plain)).value();
  EXPECT_EQ(bits.size_bits(), 16'384u);
  EXPECT_TRUE(bits.test(1).value());
}

TEST(Bitstring, a_decompression_bomb_is_refused_before_it_fills_the_memory) {
  const auto bomb = "u" + gzipped(Bytes(64 * 1024 * 1024));
  EXPECT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(decode_bitstring(bomb).error().code, ErrorCode::too_large);
  EXPECT_EQ(decode_bitstring(example, 131'064).error().code, ErrorCode::too_large);
  EXPECT_TRUE(decode_bitstring(example, 131'072));
}

TEST(Bitstring, what_is_no_list_is_refused) {
  EXPECT_EQ(decode_bitstring("").error().code, ErrorCode::malformed);
  EXPECT_EQ(decode_bitstring("u").error().code, ErrorCode::malformed);
  EXPECT_EQ(decode_bitstring("zAbc").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decode_bitstring("u!!!!").error().code, ErrorCode::malformed);
  EXPECT_EQ(decode_bitstring("uAAAAAAAA").error().code, ErrorCode::malformed);
  const auto truncated = std::string(example.substr(0, 40));
  EXPECT_EQ(decode_bitstring(truncated).error().code, ErrorCode::malformed);
  EXPECT_EQ(decode_bitstring("u" + gzipped({})).error().code, ErrorCode::malformed);
  EXPECT_EQ(decode_bitstring(std::string(example) + "AAAA").error().code, ErrorCode::malformed);
}

TEST(Bitstring, any_pattern_survives_the_way_there_and_back) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint32_t>& indexes) {
    Bitstring bits;
    for (auto index : indexes) RC_ASSERT(bits.set(index % 131'072, true).has_value());
    RC_ASSERT(decode_bitstring(encode_bitstring(bits)).value() == bits);
  }));
}
