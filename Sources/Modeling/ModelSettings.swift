import TenorFiles

/// The settings of a model folder's files, apart from its tokenizer's: what transformers 4.57.3 and 5.24, and sentence-transformers 5.7 and
/// 6.2, act on.
extension SettingsTable {
    /// config.json of a model type that is known here.
    package static func configuration(of modelType: String) -> SettingsTable { families[modelType] ?? shared }

    private static let families: [String: SettingsTable] = [
        "albert": SettingsTable(
            computed: "embedding_size num_hidden_groups inner_group_num type_vocab_size classifier_dropout_prob",
            harmless: "down_scale_factor gap_size layers_to_keep net_structure_type num_memory_blocks", and: bertLike),
        "bert": bert, "roberta": bert, "xlm-roberta": bert, "camembert": bert,
        "electra": SettingsTable(
            computed: "embedding_size",
            harmless: "summary_type summary_use_proj summary_activation summary_first_dropout summary_last_dropout", and: bert),
        "rembert": SettingsTable(
            computed: "input_embedding_size type_vocab_size classifier_dropout_prob", harmless: "output_embedding_size", and: bertLike),
        // transformers always computes 32 buckets, whatever config.json says.
        "mpnet": SettingsTable(
            computed: "", refused: ["relative_attention_num_buckets": [32]], harmless: "type_vocab_size pad_token_id", and: bertLike),
        "distilbert": SettingsTable(
            computed: """
                dim n_heads n_layers hidden_dim activation dropout attention_dropout seq_classif_dropout max_position_embeddings pad_token_id \
                hidden_size num_attention_heads num_hidden_layers
                """, harmless: "qa_dropout sinusoidal_pos_embds tie_weights_", and: shared),
        "deberta-v2": SettingsTable(
            computed: """
                type_vocab_size relative_attention max_relative_positions position_buckets pos_att_type position_biased_input share_att_key norm_rel_ebd \
                conv_kernel_size conv_act embedding_size attention_head_size pooler_hidden_size pooler_hidden_act pooler_dropout cls_dropout
                """, refused: ["conv_groups": [1]], harmless: "legacy z_steps", and: bertLike),
        "gpt2": SettingsTable(
            computed: """
                n_embd n_layer n_head n_positions n_inner activation_function layer_norm_epsilon resid_pdrop embd_pdrop attn_pdrop \
                hidden_size num_attention_heads num_hidden_layers max_position_embeddings
                """, refused: ["scale_attn_weights": [true], "scale_attn_by_inverse_layer_idx": [false]],
            harmless: """
                n_ctx reorder_and_upcast_attn summary_type summary_use_proj summary_activation summary_first_dropout summary_proj_to_labels \
                pad_token_id
                """, and: shared),
        "modernbert": SettingsTable(
            computed: """
                hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_activation max_position_embeddings norm_eps \
                norm_bias attention_bias mlp_bias mlp_dropout attention_dropout embedding_dropout local_attention global_attn_every_n_layers \
                layer_types rope_parameters global_rope_theta local_rope_theta rope_theta classifier_pooling classifier_dropout \
                classifier_bias classifier_activation pad_token_id
                """, refused: ["rope_scaling": []],
            harmless: """
                decoder_bias deterministic_flash_attn initializer_cutoff_factor layer_norm_eps reference_compile repad_logits_with_grad \
                sparse_prediction sparse_pred_ignore_index
                """, and: shared),
        "xlnet": SettingsTable(
            computed: """
                d_model d_inner d_head n_head n_layer ff_activation layer_norm_eps dropout clamp_len summary_last_dropout hidden_size \
                num_attention_heads num_hidden_layers n_token
                """,
            refused: [
                "attn_type": ["bi"], "bi_data": [false], "summary_type": ["last"], "summary_use_proj": [true],
                "summary_activation": ["tanh"],
            ],
            harmless: """
                mem_len reuse_len same_length use_mems_eval use_mems_train untie_r start_n_top end_n_top max_position_embeddings \
                pad_token_id
                """, and: shared),
    ]

    private static let bert = SettingsTable(computed: "classifier_dropout type_vocab_size", and: bertLike)

    private static let bertLike = SettingsTable(
        computed: """
            hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act hidden_dropout_prob attention_probs_dropout_prob \
            max_position_embeddings layer_norm_eps pad_token_id
            """,
        // Conversions from TensorFlow left these behind.
        harmless: """
            directionality pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head pooler_type
            """, and: shared)

    private static let shared = SettingsTable(
        computed: "model_type architectures id2label num_labels _num_labels problem_type tokenizer_class vocab_size initializer_range",
        refused: [
            "is_decoder": [false], "is_encoder_decoder": [false], "add_cross_attention": [false], "position_embedding_type": ["absolute"],
            "pruned_heads": [[:]], "quantization_config": [],
        ],
        harmless: """
            _name_or_path name_or_path transformers_version dtype torch_dtype use_cache gradient_checkpointing chunk_size_feed_forward \
            label2id finetuning_task task_specific_params output_attentions output_hidden_states output_past return_dict torchscript \
            use_bfloat16 tf_legacy_loss tie_word_embeddings tie_encoder_decoder cross_attention_hidden_size prefix auto_map \
            custom_pipelines sentence_transformers sbert_ce_default_activation_function attn_implementation _attn_implementation _attn_implementation_autoset _commit_hash adapters \
            bos_token_id eos_token_id sep_token_id cls_token_id mask_token_id unk_token_id decoder_start_token_id \
            max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature top_k top_p typical_p \
            repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids num_return_sequences \
            output_scores return_dict_in_generate forced_bos_token_id forced_eos_token_id remove_invalid_values \
            exponential_decay_length_penalty suppress_tokens begin_suppress_tokens
            """)

    /// Other names of settings in config.json, as transformers maps them; where both names occur, the other name counts.
    package static let aliases: [String: [String: String]] = [
        "distilbert": ["hidden_size": "dim", "num_attention_heads": "n_heads", "num_hidden_layers": "n_layers"],
        "gpt2": [
            "hidden_size": "n_embd", "num_attention_heads": "n_head", "num_hidden_layers": "n_layer",
            "max_position_embeddings": "n_positions",
        ],
        "modernbert": ["rope_theta": "global_rope_theta"],
        "xlnet": ["hidden_size": "d_model", "num_attention_heads": "n_head", "num_hidden_layers": "n_layer", "n_token": "vocab_size"],
    ]

    /// An entry of modules.json.
    package static let module = SettingsTable(computed: "type path", harmless: "idx name")

    /// sentence_bert_config.json.
    package static let sentenceTransformer = SettingsTable(
        computed: "max_seq_length",
        refused: [
            "do_lower_case": [false], "model_args": [[:]], "config_args": [[:]], "tokenizer_args": [[:]], "processing_kwargs": [[:]],
        ],
        // The rest says which outputs are used for which kind of model.
        harmless: "transformer_task module_output_name modality_config unpad_inputs query_length document_length query_expansion")

    /// config_sentence_transformers.json.
    package static let sentenceEncoder = SettingsTable(
        computed: "", refused: ["default_prompt_name": []], harmless: "__version__ model_type prompts similarity_fn_name activation_fn")

    /// The config.json of a module `Pooling`.
    package static let pooling = SettingsTable(
        computed: "pooling_mode pooling_mode_cls_token pooling_mode_mean_tokens",
        refused: [
            "pooling_mode_max_tokens": [false], "pooling_mode_mean_sqrt_len_tokens": [false],
            "pooling_mode_weightedmean_tokens": [false], "pooling_mode_lasttoken": [false],
        ],
        harmless: "word_embedding_dimension embedding_dimension include_prompt")

    /// The config.json of a module `Dense` that is the classifier.
    package static let dense = SettingsTable(
        computed: "activation_function", refused: ["bias": [true], "use_residual": [false], "module_input_name": ["sentence_embedding"]],
        harmless: "in_features out_features module_output_name")
}
