#include "base/crypto/secret_hash.hpp"

#include <openssl/evp.h>

#include <charconv>
#include <vector>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::crypto {
namespace {

constexpr std::uint8_t log2_n_min = 4;
constexpr std::uint8_t log2_n_max = 17;
constexpr std::uint64_t block_size = 8;
constexpr std::uint64_t memory_bytes_max = 256u << 20;

using Hash = std::array<std::byte, 32>;

Hash scrypt(const Secret& secret, BytesView salt, HashCost cost) {
  Hash hash;
  const auto n = std::uint64_t{1} << cost.log2_n;
  const auto text = secret.reveal();
  const bool done =
      EVP_PBE_scrypt(text.data(), text.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                     salt.size(), n, block_size, 1, memory_bytes_max,
                     reinterpret_cast<unsigned char*>(hash.data()), hash.size()) == 1;
  invariant(done, "scrypt works");
  return hash;
}

std::string unpadded_base64(BytesView bytes) {
  auto text = text::base64_encode(bytes);
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

Result<Bytes> read_unpadded_base64(std::string_view text) {
  return text::base64_decode(std::string(text) + std::string((4 - text.size() % 4) % 4, '='));
}

struct Stored {
  HashCost cost;
  Bytes salt;
  Bytes hash;
};

Result<Stored> parse(std::string_view text) {
  const auto malformed = [] { return fail(ErrorCode::malformed, "not a scrypt hash in the PHC form"); };
  const auto parts = text::split(text, '$');
  constexpr std::string_view cost_prefix = "ln=";
  constexpr std::string_view cost_suffix = ",r=8,p=1";
  if (parts.size() != 5 || !parts[0].empty() || parts[1] != "scrypt") return malformed();
  auto digits = parts[2];
  if (!digits.starts_with(cost_prefix) || !digits.ends_with(cost_suffix)) return malformed();
  digits.remove_prefix(cost_prefix.size());
  digits.remove_suffix(cost_suffix.size());
  Stored stored;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, stored.cost.log2_n);
  if (read.ec != std::errc{} || read.ptr != end) return malformed();
  if (stored.cost.log2_n < log2_n_min || stored.cost.log2_n > log2_n_max) return malformed();
  auto salt = read_unpadded_base64(parts[3]);
  auto hash = read_unpadded_base64(parts[4]);
  if (!salt || !hash || salt->size() < 8 || hash->size() != Hash{}.size()) return malformed();
  stored.salt = std::move(*salt);
  stored.hash = std::move(*hash);
  return stored;
}

}  // namespace

Salt new_salt(Random& random) {
  Salt salt;
  random.fill(salt);
  return salt;
}

std::string hash_secret(const Secret& secret, const Salt& salt, HashCost cost) {
  invariant(cost.log2_n >= log2_n_min && cost.log2_n <= log2_n_max,
            "the cost of a hash is within its bounds");
  return fmt::format("$scrypt$ln={},r=8,p=1${}${}", cost.log2_n, unpadded_base64(salt),
                     unpadded_base64(scrypt(secret, salt, cost)));
}

Result<bool> verify_secret(const Secret& secret, std::string_view stored) {
  const auto expected = parse(stored);
  if (!expected) return fail(expected.error());
  return text::equal_in_constant_time(scrypt(secret, expected->salt, expected->cost), expected->hash);
}

}  // namespace kontor::crypto
