require "digest"
require "openssl"

def t
  p(yield)
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

[256, 384, 512].each do |bits|
  digest = Digest::SHA2.new(bits)
  t { [digest.hexdigest("a"), digest, digest.digest_length, digest.block_length, digest.size] }
  t { digest.update("a").hexdigest }
end
t { Digest::SHA2.new }
t { Digest::SHA2.new(224) }
t { Digest::SHA2.hexdigest("a") }
t { Digest::SHA256.new }
t { Digest::MD5.new.length }
t { Digest::SHA256.new.update("a") == Digest::SHA256.hexdigest("a") }
t { Digest::SHA256.new.update("a") == Digest::SHA256.new.update("a") }
t { Digest::SHA256.new == 5 }
t { digest = Digest::SHA256.new.update("a"); [digest.hexdigest!, digest.hexdigest] }
t { OpenSSL::Digest.new("SHA256").name }
t { OpenSSL::Digest.hexdigest("SHA256", "a") }
t { OpenSSL::Digest::SHA256.new.update("a").hexdigest }
hmac = OpenSSL::HMAC.new("k", "SHA256")
hmac.update("a")
hmac << "b"
t { [hmac.hexdigest, hmac.to_s, hmac.digest.bytesize, hmac.base64digest] }
t { hmac.hexdigest == OpenSSL::HMAC.hexdigest("SHA256", "k", "ab") }
t { OpenSSL::HMAC.new("k", OpenSSL::Digest.new("SHA1")) }
t { hmac.reset == OpenSSL::HMAC.new("k", "SHA256") }
