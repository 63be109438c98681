# The declaration of encryption/encryptable_record.rb, after Rails (MIT). The keys are the application's, which no migration
# sees here: a value that would be encrypted or decrypted ends the run, all else goes on.

module ActiveRecord
  # Without an encrypted value there is nothing that these could change.
  module Encryption
    class << self
      def without_encryption = yield

      def protecting_encrypted_data = yield
    end
  end

  class Base
    class << self
      def encrypts(*names, key_provider: nil, key: nil, deterministic: false, ignore_case: false, compressor: nil, compress: true, **options)
        _refuse("`encrypts` with `ignore_case:`") if ignore_case
        names.each { |name| _encrypt(name) }
        @_encrypted_attributes = (encrypted_attributes || Set.new).dup.merge(names.map(&:to_sym))
      end

      def encrypted_attributes
        @_encrypted_attributes || (self == ActiveRecord::Base ? nil : superclass.encrypted_attributes)
      end

      def deterministic_encrypted_attributes
        _refuse("`deterministic_encrypted_attributes`")
      end
    end

    [:encrypt, :decrypt].each do |name|
      define_method(name) do
        self.class._refuse("`#{name}` of a record with encrypted attributes") if self.class.encrypted_attributes.present?
      end
    end

    def encrypted_attribute?(name)
      self.class._refuse("`encrypted_attribute?` of a record with encrypted attributes") if self.class.encrypted_attributes.present?
      false
    end
  end
end
