# active_model/secure_password.rb, secure_password.rb and the declarations of token_for.rb, after Rails (MIT). A token is signed
# with the application's secret: making and finding one is refused.

module ActiveRecord
  class Base
    class << self
      def has_secure_password(attribute = :password, validations: true, reset_token: true)
        include _secure_password_methods(attribute, reset_token)
        _validate_secure_password(attribute) if validations
        return unless reset_token
        expires_in = reset_token.is_a?(Hash) ? reset_token[:expires_in] : 15.minutes
        define_method(:"#{attribute}_reset_token_expires_in") { expires_in }
        generates_token_for(:"#{attribute}_reset", expires_in: expires_in) { public_send(:"#{attribute}_salt")&.last(10) }
        define_singleton_method(:"find_by_#{attribute}_reset_token") { |token| find_by_token_for(:"#{attribute}_reset", token) }
        define_singleton_method(:"find_by_#{attribute}_reset_token!") { |token| find_by_token_for!(:"#{attribute}_reset", token) }
      end

      def authenticate_by(attributes)
        passwords, identifiers = attributes.to_h.partition do |name, value|
          !has_attribute?(name) && has_attribute?("#{name}_digest")
        end.map(&:to_h)
        raise ArgumentError, "One or more password arguments are required" if passwords.empty?
        raise ArgumentError, "One or more finder arguments are required" if identifiers.empty?
        return if passwords.any? { |name, value| value.nil? || value.empty? }
        if record = find_by(identifiers)
          record if passwords.count { |name, value| record.public_send(:"authenticate_#{name}", value) } == passwords.size
        else
          new(passwords)
          nil
        end
      end

      def generates_token_for(purpose, expires_in: nil, &block)
        (@_token_purposes ||= []) << purpose
      end

      def find_by_token_for(purpose, token)
        _refuse("`find_by_token_for`, which needs the application's secret,")
      end
      alias find_by_token_for! find_by_token_for

      private
        def _secure_password_methods(attribute, reset_token)
          Module.new do
            attr_reader attribute
            attr_accessor :"#{attribute}_confirmation", :"#{attribute}_challenge"

            define_method("#{attribute}=") do |unencrypted_password|
              if unencrypted_password.nil?
                instance_variable_set("@#{attribute}", nil)
                public_send("#{attribute}_digest=", nil)
              elsif !unencrypted_password.empty?
                instance_variable_set("@#{attribute}", unencrypted_password)
                cost = ActiveModel::SecurePassword.min_cost ? BCrypt::Engine::MIN_COST : BCrypt::Engine.cost
                public_send("#{attribute}_digest=", BCrypt::Password.create(unencrypted_password, cost: cost))
              end
            end

            define_method("authenticate_#{attribute}") do |unencrypted_password|
              digest = public_send("#{attribute}_digest")
              digest.present? && BCrypt::Password.new(digest).is_password?(unencrypted_password) && self
            end

            define_method("#{attribute}_salt") do
              digest = public_send("#{attribute}_digest")
              digest.present? ? BCrypt::Password.new(digest).salt : nil
            end

            alias_method :authenticate, :authenticate_password if attribute == :password
            define_method("#{attribute}_reset_token") { generate_token_for(:"#{attribute}_reset") } if reset_token
          end
        end

        def _validate_secure_password(attribute)
          validate do |record|
            record.errors.add(attribute, :blank) unless record.public_send("#{attribute}_digest").present?
          end
          validate do |record|
            if challenge = record.public_send(:"#{attribute}_challenge")
              digest_was = record.public_send(:"#{attribute}_digest_was") if record.respond_to?(:"#{attribute}_digest_was")
              unless digest_was.present? && BCrypt::Password.new(digest_was).is_password?(challenge)
                record.errors.add(:"#{attribute}_challenge")
              end
            end
          end
          validate do |record|
            password_value = record.public_send(attribute)
            if password_value.present? && password_value.bytesize > ActiveModel::SecurePassword::MAX_PASSWORD_LENGTH_ALLOWED
              record.errors.add(attribute, :password_too_long)
            end
          end
          validates_confirmation_of attribute, allow_nil: true
        end
    end

    def generate_token_for(purpose)
      self.class._refuse("`generate_token_for`, which needs the application's secret,")
    end
  end
end
