#include "platform/http/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::platform::http {
namespace {

TEST(AddressGuard, refuses_every_address_that_is_not_public) {
  for (auto text : {"0.0.0.0",
                    "0.1.2.3",
                    "10.0.0.0",
                    "10.255.255.255",
                    "100.64.0.1",
                    "100.127.255.255",
                    "127.0.0.1",
                    "127.255.255.255",
                    "169.254.0.1",
                    "169.254.169.254",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.0.0.1",
                    "192.0.0.192",
                    "192.0.2.1",
                    "192.88.99.1",
                    "192.168.0.1",
                    "198.18.0.1",
                    "198.19.255.255",
                    "198.51.100.1",
                    "203.0.113.1",
                    "224.0.0.1",
                    "239.255.255.255",
                    "240.0.0.1",
                    "255.255.255.255",
                    "::",
                    "::1",
                    "::127.0.0.1",
                    "::ffff:127.0.0.1",
                    "::ffff:10.0.0.1",
                    "::ffff:a9fe:a9fe",
                    "64:ff9b::7f00:1",
                    "64:ff9b::808:808",
                    "64:ff9b:1::1",
                    "100::1",
                    "2001::1",
                    "2001:db8::1",
                    "2002:7f00:1::",
                    "2002:a00:1::1",
                    "3fff::1",
                    "5f00::1",
                    "fc00::1",
                    "fd00:ec2::254",
                    "fdff::1",
                    "fe80::1",
                    "fec0::1",
                    "ff02::1",
                    "ffff::1"}) {
    auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(is_public(*address)) << text;
  }
}

TEST(AddressGuard, allows_public_addresses) {
  for (auto text :
       {"1.1.1.1",        "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
        "100.128.0.0",    "126.255.255.255", "128.0.0.1",       "169.253.255.255", "169.255.0.0",
        "172.15.255.255", "172.32.0.0",      "192.0.1.1",       "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0",      "223.255.255.255", "::ffff:8.8.8.8",  "2606:4700::1111",
        "2a00::1",        "2003::1"}) {
    auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_TRUE(is_public(*address)) << text;
  }
}

TEST(AddressGuard, allows_networks_that_the_operator_names) {
  auto guard = AddressGuard::make({"127.0.0.0/8", "fd00:1::/32", "10.1.2.3"});
  ASSERT_TRUE(guard);
  for (auto text : {"127.0.0.1", "::ffff:127.9.9.9", "fd00:1:2::3", "10.1.2.3", "8.8.8.8"}) {
    EXPECT_TRUE(guard->allows(*parse_address(text))) << text;
  }
  for (auto text : {"10.1.2.4", "fd00:2::1", "::1", "169.254.169.254"}) {
    EXPECT_FALSE(guard->allows(*parse_address(text))) << text;
  }
}

TEST(AddressGuard, names_the_network_that_cannot_be_read) {
  for (auto text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "localhost", "10.0/8"}) {
    auto guard = AddressGuard::make({text});
    ASSERT_FALSE(guard) << text;
    EXPECT_EQ(guard.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(guard.error().message(), ::testing::HasSubstr(text));
  }
}

TEST(Address, has_one_form_whichever_family_it_came_from) {
  EXPECT_EQ(*parse_address("::ffff:192.0.2.1"), *parse_address("192.0.2.1"));
  EXPECT_EQ(format_address(*parse_address("::ffff:192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(format_address(*parse_address("2001:DB8:0::1")), "2001:db8::1");
  for (auto text :
       {"", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.0x4", "1.2.3.4 ", "::1%eth0", ":::1", "[::1]"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0x", 9)));
}

}  // namespace
}  // namespace kontor::platform::http
