#include "base/text/text.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/text/beginning.hpp"
#include "base/text/characters.hpp"
#include "base/text/encoding.hpp"

using namespace kontor;
using namespace std::string_literals;

namespace {

std::string decoded(const Result<Bytes>& bytes) {
  return bytes ? std::string(text_of(*bytes)) : "refused";
}

Bytes some_bytes(std::mt19937& source, std::size_t size) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::byte>(source());
  return bytes;
}

}  // namespace

TEST(Base64, the_vectors_of_rfc_4648_hold_in_both_directions) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(text::base64_encode(bytes_of(plain)), encoded);
    EXPECT_EQ(decoded(text::base64_decode(encoded)), plain);
    const auto unpadded = encoded.substr(0, encoded.find('='));
    EXPECT_EQ(text::base64url_encode(bytes_of(plain)), unpadded);
    EXPECT_EQ(decoded(text::base64url_decode(unpadded)), plain);
  }
}

TEST(Text, a_character_is_one_however_many_octets_it_has) {
  EXPECT_EQ(text::characters(""), 0u);
  EXPECT_EQ(text::characters("abc"), 3u);
  EXPECT_EQ(text::characters("ü€😀"), 3u);
}

TEST(Base64, exactly_one_text_stands_for_a_value) {
  for (auto bad :
       {"Zh==", "Zm9=", "Zg", "Zg=", "Zg===", "Z===", "====", "Zm9v\n", " Zm9v", "Zm-v", "Zm9vY", "=Zg="}) {
    EXPECT_EQ(decoded(text::base64_decode(bad)), "refused") << bad;
  }
  for (auto bad : {"Zh", "Zm9", "Zg==", "Zm9v\n", "Zm+v", "Zm/v", "Z", "Zm9vY", "Zm9v ", "Zm\xc3\xa4"}) {
    EXPECT_EQ(decoded(text::base64url_decode(bad)), "refused") << bad;
  }
}

TEST(Encoding, every_octet_string_survives_every_encoding) {
  std::mt19937 source(20261121);
  for (std::size_t size = 0; size < 300; ++size) {
    const auto bytes = some_bytes(source, size);
    EXPECT_EQ(text::base64_decode(text::base64_encode(bytes)).value(), bytes);
    EXPECT_EQ(text::base64url_decode(text::base64url_encode(bytes)).value(), bytes);
    EXPECT_EQ(text::hex_decode(text::hex_encode(bytes)).value(), bytes);
    EXPECT_EQ(text::percent_decode(text::percent_encode(text_of(bytes))).value(), text_of(bytes));
  }
}

TEST(Encoding, what_decodes_encodes_to_the_same_text) {
  std::mt19937 source(4);
  constexpr std::string_view letters = "AQgwZz09-_";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto length = source() % 9; length > 0; --length) text += letters[source() % letters.size()];
    if (auto bytes = text::base64url_decode(text)) EXPECT_EQ(text::base64url_encode(*bytes), text);
  }
}

TEST(Encoding, hexadecimal_digits_are_read_in_either_case) {
  EXPECT_EQ(decoded(text::hex_decode("4b6F")), "Ko");
  for (auto bad : {"4", "4g", "0x41", " 41"}) EXPECT_EQ(decoded(text::hex_decode(bad)), "refused") << bad;
}

TEST(Encoding, percent_encoding_keeps_unreserved_characters_and_those_named) {
  EXPECT_EQ(text::percent_encode("a-b.c_d~e/f:g%"), "a-b.c_d~e%2Ff%3Ag%25");
  EXPECT_EQ(text::percent_encode("a/b c", "/"), "a/b%20c");
  EXPECT_EQ(text::percent_decode("a%2fb%2F+").value(), "a/b/+");
  for (auto bad : {"%", "%4", "%4g", "a%%41"}) EXPECT_FALSE(text::percent_decode(bad)) << bad;
}

TEST(Text, splitting_keeps_empty_parts) {
  EXPECT_EQ(text::split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(text::split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(text::split_once("k=v=w", '='), (std::pair<std::string_view, std::string_view>{"k", "v=w"}));
  EXPECT_EQ(text::split_last("k=v=w", '='), (std::pair<std::string_view, std::string_view>{"k=v", "w"}));
  EXPECT_EQ(text::split_once("none", '='), std::nullopt);
  EXPECT_EQ(text::join({"a", "", "b"}, "/"), "a//b");
}

TEST(Text, trimming_and_case_know_ascii_only) {
  EXPECT_EQ(text::trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(text::trim(" \n"), "");
  EXPECT_EQ(text::to_lower("Content-TYPE Ä"), "content-type Ä");
  EXPECT_TRUE(text::equal_ignoring_case("Bearer", "bEARER"));
  EXPECT_FALSE(text::equal_ignoring_case("Bearer", "Beare"));
  EXPECT_FALSE(text::equal_ignoring_case("[", "{"));
  EXPECT_TRUE(text::starts_with_ignoring_case("BEARER abc", "bearer "));
  EXPECT_FALSE(text::starts_with_ignoring_case("Be", "bearer "));
}

TEST(Text, secrets_are_equal_only_when_every_octet_is) {
  EXPECT_TRUE(text::equal_in_constant_time(bytes_of("abc"), bytes_of("abc")));
  EXPECT_TRUE(text::equal_in_constant_time({}, {}));
  for (auto other : {"abd", "xbc", "ab", "abcd", ""}) {
    EXPECT_FALSE(text::equal_in_constant_time(bytes_of("abc"), bytes_of(other))) << other;
  }
}

TEST(Text, utf8_is_checked_to_the_letter) {
  for (auto good : {"", "a", "ä", "€", "𝄞", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(text::is_utf8(good));
  for (auto bad : {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                   "\xf4\x90\x80\x80", "\xff", "\xe2\x82"}) {
    EXPECT_FALSE(text::is_utf8(bad));
  }
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string ascii(before, 'a');
    EXPECT_TRUE(text::is_utf8(ascii + "\u00e9" + ascii)) << before;
    EXPECT_FALSE(text::is_utf8(ascii + "\xc3" + ascii)) << before;
    EXPECT_FALSE(text::is_utf8(ascii + "\x80")) << before;
  }
}

TEST(Text, the_beginning_of_a_text_ends_with_a_whole_character) {
  EXPECT_EQ(text::beginning("abc", 3), "abc");
  EXPECT_EQ(text::beginning("abc", 2), "ab");
  const std::string_view each = "aä€𝄞";
  const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t max = 0; max < std::size(ends); ++max)
    EXPECT_EQ(text::beginning(each, max), each.substr(0, ends[max])) << max;
  EXPECT_EQ(text::beginning("", 0), "");
  EXPECT_EQ(text::beginning("\x80\x80", 1), "") << "what is no UTF-8 does no harm";
}

TEST(LogText, no_line_can_be_forged_and_no_terminal_driven) {
  EXPECT_EQ(text::for_log("plain äöü €"), "plain äöü €");
  EXPECT_EQ(text::for_log("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
  EXPECT_EQ(text::for_log("a\\x0a"), "a\\x5cx0a");
  EXPECT_EQ(text::for_log("\xff\0"s), "\\xff\\x00");
  EXPECT_EQ(text::for_log("\xe2\x80\xae"
                          "abc"),
            "\\xe2\\x80\\xae"
            "abc");
  EXPECT_EQ(text::for_log("\xc2\x9b"), "\\xc2\\x9b");
}

TEST(LogText, it_is_cut_between_characters) {
  EXPECT_EQ(text::for_log("abcdef", 3), "abc…");
  EXPECT_EQ(text::for_log("ab€", 4), "ab…");
  EXPECT_EQ(text::for_log("ab\n", 5), "ab…");
  EXPECT_EQ(text::for_log("abc", 3), "abc");
}

TEST(LogText, whatever_comes_in_what_comes_out_is_printable_utf8) {
  std::mt19937 source(7);
  for (int round = 0; round < 2'000; ++round) {
    const auto bytes = some_bytes(source, source() % 64);
    const auto safe = text::for_log(text_of(bytes), 80);
    EXPECT_TRUE(text::is_utf8(safe));
    EXPECT_EQ(safe.find_first_of("\n\r\x1b\x7f"), std::string::npos);
    EXPECT_LE(safe.size(), 83u);
  }
}
